import { describe, expect, it } from 'vitest'
import { identifyCameraError } from './identify-camera-error.ts'

const named = (name: string) => new DOMException('x', name)

describe('why there is no camera', () => {
  it.each<[unknown, boolean, string]>([
    [named('NotAllowedError'), true, 'CAMERA_DENIED'],
    [named('SecurityError'), true, 'CAMERA_DENIED'],
    [named('NotFoundError'), true, 'CAMERA_NOT_FOUND'],
    [named('OverconstrainedError'), true, 'CAMERA_NOT_FOUND'],
    [named('NotReadableError'), true, 'CAMERA_BUSY'],
    [named('AbortError'), true, 'CAMERA_BUSY'],
    [named('NotAllowedError'), false, 'INSECURE_CONTEXT'],
    [undefined, false, 'INSECURE_CONTEXT'],
    [undefined, true, 'BROWSER_UNSUPPORTED'],
    [{ name: 'constructor' }, true, 'BROWSER_UNSUPPORTED'],
    ['text', true, 'BROWSER_UNSUPPORTED'],
  ])('%s, secure page %s: %s', (error, isSecureContext, code) => {
    const identified = identifyCameraError({ error, isSecureContext })
    expect(identified.code).toBe(code)
    expect(identified.cause).toBe(error)
  })
})
