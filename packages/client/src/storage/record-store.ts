import type { JsonValue } from '@mien/shared/api/fields'

/** All that is kept, as of one revision. */
export interface StoredRecords {
  /** Goes up with each write, whoever makes it. */
  readonly revision: number
  readonly records: ReadonlyMap<string, JsonValue>
}

export interface RecordChanges {
  /** That these changes were made on. */
  readonly revision: number
  readonly put: ReadonlyMap<string, JsonValue>
  readonly remove: readonly string[]
}

/** Small named records that change together or not at all. */
export interface RecordStore {
  /** Whether they outlive the page. */
  readonly isKept: boolean
  /** What cannot be read, as in a copy without its key, is not among them. */
  read(): Promise<StoredRecords>
  revision(): Promise<number>
  /**
   * @returns whether they were written: not where somebody else wrote since `revision`
   * @throws MienError STORAGE_FULL, and then nothing changed
   */
  write(changes: RecordChanges): Promise<boolean>
}
