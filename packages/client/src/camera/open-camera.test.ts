import { MienError } from '@mien/shared/errors'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { identifyCameraError } from './identify-camera-error.ts'
import { openCamera } from './open-camera.ts'

class FakeTrack extends EventTarget {
  stopped = false
  stop() {
    this.stopped = true
  }
  getSettings() {
    return { deviceId: 'front' }
  }
}

const fakeStream = (track: FakeTrack) => ({ getTracks: () => [track], getVideoTracks: () => [track] }) as never

let answer: (constraints: MediaStreamConstraints) => Promise<MediaStream>

beforeEach(() => {
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia: (c: MediaStreamConstraints) => answer(c) } })
  vi.stubGlobal('isSecureContext', true)
})
afterEach(() => vi.unstubAllGlobals())

const open = (options: { permissionTimeoutMs?: number; signal?: AbortSignal; deviceId?: string } = {}) =>
  openCamera({ permissionTimeoutMs: 1000, signal: new AbortController().signal, ...options })

describe('the camera', () => {
  it.each([
    ['NotAllowedError', 'CAMERA_DENIED'],
    ['NotFoundError', 'CAMERA_NOT_FOUND'],
    ['OverconstrainedError', 'CAMERA_NOT_FOUND'],
    ['NotReadableError', 'CAMERA_BUSY'],
    ['AbortError', 'CAMERA_BUSY'],
    ['TypeError', 'BROWSER_UNSUPPORTED'],
  ])('reads %s as %s', (name, code) => {
    const error = new DOMException('x', name)
    expect(identifyCameraError({ error, isSecureContext: true }).code).toBe(code)
    expect(identifyCameraError({ error, isSecureContext: false }).code).toBe('INSECURE_CONTEXT')
  })

  it('gives up on a question that nobody answers, and switches the camera off when the answer comes late', async () => {
    const track = new FakeTrack()
    let allow: (stream: MediaStream) => void = () => undefined
    answer = () => new Promise((resolve) => (allow = resolve))
    await expect(open({ permissionTimeoutMs: 10 })).rejects.toMatchObject({ code: 'CAMERA_DENIED' })
    allow(fakeStream(track))
    await vi.waitFor(() => expect(track.stopped).toBe(true))
  })

  it('ends with the reason of the caller who gave up', async () => {
    const controller = new AbortController()
    answer = () => new Promise(() => undefined)
    const opening = open({ signal: controller.signal })
    controller.abort(new MienError('ABORTED', { message: 'closed' }))
    await expect(opening).rejects.toMatchObject({ code: 'ABORTED', message: 'closed' })
  })

  it('says when the device goes away, and never after it was closed', async () => {
    const track = new FakeTrack()
    answer = async () => fakeStream(track)
    const camera = await open()
    const lost = vi.fn()
    camera.lost.then(lost)
    camera.close()
    expect(track.stopped).toBe(true)
    await Promise.resolve()
    expect(lost).not.toHaveBeenCalled()
    track.dispatchEvent(new Event('ended'))
    await vi.waitFor(() => expect(lost).toHaveBeenCalled())
  })

  it('asks for the selfie camera, or for exactly the one that was chosen', async () => {
    const asked: MediaStreamConstraints[] = []
    answer = async (constraints) => {
      asked.push(constraints)
      return fakeStream(new FakeTrack())
    }
    await open()
    await open({ deviceId: 'desk' })
    expect(asked[0]?.video).toMatchObject({ facingMode: 'user' })
    expect(asked[1]?.video).toMatchObject({ deviceId: { exact: 'desk' } })
    expect(asked.every(({ audio }) => audio === false)).toBe(true)
  })

  it('explains a page without a secure context', async () => {
    vi.stubGlobal('navigator', {})
    vi.stubGlobal('isSecureContext', false)
    await expect(open()).rejects.toMatchObject({ code: 'INSECURE_CONTEXT' })
  })
})
