import type { JsonValue } from '@mien/shared/api/fields'
import type { RecordStore } from './record-store.ts'

/** For a browser that keeps nothing: until the page is closed. */
export function createMemoryRecords(): RecordStore {
  const records = new Map<string, JsonValue>()
  let revision = 0
  return {
    isKept: false,
    read: async () => ({ revision, records: new Map(records) }),
    revision: async () => revision,
    async write(changes) {
      if (changes.revision !== revision) return false
      for (const name of changes.remove) records.delete(name)
      for (const [name, value] of changes.put) records.set(name, value)
      revision += 1
      return true
    },
  }
}
