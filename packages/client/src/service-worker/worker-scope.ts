/** What is used of a service worker's global scope: TypeScript's own description of it cannot stand beside that of pages. */
export interface WorkerScope {
  readonly location: { readonly href: string }
  readonly registration: { readonly scope: string }
  readonly caches: CacheStorage
  readonly clients: { claim(): Promise<void> }
  readonly fetch: typeof fetch
  skipWaiting(): Promise<void>
  addEventListener<Name extends keyof WorkerEvents>(name: Name, listener: (event: WorkerEvents[Name]) => void): void
}

interface WorkerEvents {
  readonly install: LastingEvent
  readonly activate: LastingEvent
  readonly fetch: RequestEvent
  readonly message: LastingEvent & { readonly data: unknown }
  readonly sync: LastingEvent & { readonly tag: string }
}

interface LastingEvent {
  /** The worker lives until then; a rejection says that it failed. */
  waitUntil(work: Promise<unknown>): void
}

interface RequestEvent {
  readonly request: Request
  respondWith(answer: Promise<Response>): void
}
