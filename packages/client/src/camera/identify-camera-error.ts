import { type ErrorCode, MienError } from '@mien/shared/errors'

/**
 * Why `getUserMedia` refused. Names from https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia;
 * the older ones in the second half of each row are still thrown by some browsers.
 */
const codeOfName: Readonly<Record<string, ErrorCode>> = {
  NotAllowedError: 'CAMERA_DENIED',
  PermissionDeniedError: 'CAMERA_DENIED',
  SecurityError: 'CAMERA_DENIED',
  NotFoundError: 'CAMERA_NOT_FOUND',
  DevicesNotFoundError: 'CAMERA_NOT_FOUND',
  OverconstrainedError: 'CAMERA_NOT_FOUND',
  NotReadableError: 'CAMERA_BUSY',
  TrackStartError: 'CAMERA_BUSY',
  // Chromium: "Timeout starting video source", seen when another program holds the device.
  AbortError: 'CAMERA_BUSY',
}

export interface CameraFailure {
  readonly error: unknown
  readonly isSecureContext: boolean
}

export function identifyCameraError({ error, isSecureContext }: CameraFailure): MienError {
  if (error instanceof MienError) return error
  if (!isSecureContext) return new MienError('INSECURE_CONTEXT', { cause: error })
  const name = error instanceof Error || error instanceof DOMException ? error.name : ''
  return new MienError(codeOfName[name] ?? 'BROWSER_UNSUPPORTED', { cause: error })
}
