import { MienError } from '@mien/shared/errors'
import { createMemoryRecords } from './memory-records.ts'
import type { RecordStore } from './record-store.ts'
import { openSealedRecords } from './sealed-records.ts'

/** How browsers say that they keep nothing for a page, or no keys: policies, opaque origins, some private windows. */
const refusals: readonly string[] = ['SecurityError', 'InvalidStateError', 'NotSupportedError', 'DataCloneError']

/**
 * On the disk, or in memory where the browser keeps nothing. A store that does not open this time may hold what waits to be told: in its
 * place there is none.
 *
 * @throws MienError STORAGE_FULL, BROWSER_UNSUPPORTED
 */
export async function openRecords(name: string): Promise<RecordStore> {
  try {
    return await openSealedRecords(name)
  } catch (cause) {
    const reason = cause instanceof DOMException ? cause.name : ''
    if (typeof indexedDB === 'undefined' || refusals.includes(reason)) return createMemoryRecords()
    throw new MienError(reason === 'QuotaExceededError' ? 'STORAGE_FULL' : 'BROWSER_UNSUPPORTED', { cause })
  }
}

/** Asks the browser not to throw away what this origin keeps, when the disk is full. @returns whether it will not */
export async function persistStorage(): Promise<boolean> {
  return (await navigator.storage?.persist?.().catch(() => false)) ?? false
}
