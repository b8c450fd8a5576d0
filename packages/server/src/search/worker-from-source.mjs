import { register } from 'tsx/esm/api'

// A thread does not take over the TypeScript loader that tests and tools run under. Never part of a build.
register()
await import('./scan-worker.ts')
