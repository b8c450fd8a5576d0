import type { ServerOptions } from 'node:http'

/**
 * Times in milliseconds after which a connection that stalls gives its socket back. Node's own are minutes, and a body that
 * never comes to its declared end would hang for five (`requestTimeout`).
 */
export const serverLimits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 10_000,
  connectionsCheckingInterval: 2000,
  /** Bytes of all headers together. */
  maxHeaderSize: 16_384,
} as const satisfies ServerOptions

/** Milliseconds of silence in the middle of a body. */
export const bodySilenceMs = 10_000
