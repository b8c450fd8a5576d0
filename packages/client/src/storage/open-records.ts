import { createMemoryRecords } from './memory-records.ts'
import type { RecordStore } from './record-store.ts'
import { openSealedRecords } from './sealed-records.ts'

/** On the disk, or where the browser keeps nothing in memory. */
export const openRecords = (name: string): Promise<RecordStore> =>
  openSealedRecords(name).catch(() => createMemoryRecords())

/** Asks the browser not to throw away what this origin keeps, when the disk is full. @returns whether it will not */
export async function persistStorage(): Promise<boolean> {
  return (await navigator.storage?.persist?.().catch(() => false)) ?? false
}
