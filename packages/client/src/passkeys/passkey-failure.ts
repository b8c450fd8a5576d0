import { type ErrorCode, MienError } from '@mien/shared/errors'

/** By the names of WebAuthn sections 5.1.3 and 5.1.4; all others may be otherwise the next time. */
const codes: Readonly<Record<string, ErrorCode>> = {
  SecurityError: 'ORIGIN_FORBIDDEN',
  NotSupportedError: 'BROWSER_UNSUPPORTED',
  InvalidStateError: 'CONFLICT',
}

/** The library's own error has the name of the browser's. */
export function failWith(cause: unknown): never {
  const name = cause instanceof Error ? cause.name : ''
  throw new MienError(codes[name] ?? 'ABORTED', { cause })
}
