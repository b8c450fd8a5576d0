import { writeSync } from 'node:fs'

/** What Node writes with, which says how much it took. */
type WriteSome = (file: number, bytes: Uint8Array, at: number) => number

/** Everything: on a disk that is nearly full the system takes a part, says so, and refuses only what comes next. @throws as the system does, such as ENOSPC */
export function writeWhole(file: number, bytes: Uint8Array, writeSome: WriteSome = writeSync): void {
  for (let at = 0; at < bytes.length; ) at += writeSome(file, bytes, at)
}
