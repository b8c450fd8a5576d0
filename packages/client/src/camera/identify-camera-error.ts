import { type ErrorCode, MienError } from '@mien/shared/errors'

/** Names that `getUserMedia` rejects with: https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia */
const codes: Readonly<Record<string, ErrorCode>> = {
  NotAllowedError: 'CAMERA_DENIED',
  // A policy of the page or of a frame around it.
  SecurityError: 'CAMERA_DENIED',
  NotFoundError: 'CAMERA_NOT_FOUND',
  // We ask for nothing that a camera could not do; a device id that is gone ends here too.
  OverconstrainedError: 'CAMERA_NOT_FOUND',
  // In use elsewhere, or switched off by the system.
  NotReadableError: 'CAMERA_BUSY',
  AbortError: 'CAMERA_BUSY',
}

export interface CameraCall {
  readonly error: unknown
  readonly isSecureContext: boolean
}

/** Why the browser gave no camera. Without `mediaDevices` the page is either not secure or in an old browser. */
export function identifyCameraError({ error, isSecureContext }: CameraCall): MienError {
  if (error instanceof MienError) return error
  const name = typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : ''
  if (!isSecureContext) return new MienError('INSECURE_CONTEXT', { cause: error })
  // Own keys only: a name may be anything, `constructor` included.
  const code = Object.hasOwn(codes, name) ? codes[name] : undefined
  return new MienError(code ?? 'BROWSER_UNSUPPORTED', { cause: error })
}
