import { MienError } from '@mien/shared/errors'

/**
 * Whether the server did not answer: it could not be reached, or something on the way answered in its place, which says of a server that
 * is gone what a server says that has too much to do. Its own refusals name the request, also those whose code we do not know.
 */
export const isLost = (error: unknown): boolean =>
  error instanceof MienError &&
  (error.code === 'NETWORK_IO' || error.code === 'OVERLOADED') &&
  error.details?.requestId === undefined
