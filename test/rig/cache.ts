import { join } from 'node:path'

/** What tests fetch, unpack or make once. Not in the repository; safe to delete at any time. */
export const cacheFolder = join(import.meta.dirname, '..', '.cache')
