import { subscribe } from 'node:diagnostics_channel'
import { appendFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

/** Loaded into a server that is measured: writes down where the time of each picture went, a line of JSON each. */
const file = process.env.MIEN_TIMES_FILE
if (isMainThread && file !== undefined) {
  subscribe('mien.vision.analysed', (times) => appendFileSync(file, `${JSON.stringify(times)}\n`))
}
