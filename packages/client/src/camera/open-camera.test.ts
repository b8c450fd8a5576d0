import { describe, expect, it } from 'vitest'
import { type MediaPort, openCamera } from './open-camera.ts'

class FakeTrack extends EventTarget {
  isOn = true
  stop() {
    this.isOn = false
  }
}

const streamOf = (track: FakeTrack) =>
  ({ getTracks: () => [track], getVideoTracks: () => [track] }) as unknown as MediaStream

const devices = [
  { kind: 'videoinput', deviceId: 'a', label: 'Front' },
  { kind: 'audioinput', deviceId: 'b', label: 'Microphone' },
] as MediaDeviceInfo[]

const hostOf = (getUserMedia: MediaPort['getUserMedia']) => ({
  media: { getUserMedia, enumerateDevices: async () => devices },
  isSecureContext: true,
})

const options = { permissionTimeoutMs: 1000, signal: new AbortController().signal }

describe('the camera', () => {
  it('is the front one, lists its siblings, and is off after closing', async () => {
    const track = new FakeTrack()
    const asked: (MediaStreamConstraints | undefined)[] = []
    const camera = await openCamera(
      hostOf(async (constraints) => {
        asked.push(constraints)
        return streamOf(track)
      }),
      options,
    )
    expect(asked).toMatchObject([{ audio: false, video: { facingMode: { ideal: 'user' } } }])
    expect(camera.devices).toEqual([{ deviceId: 'a', label: 'Front' }])
    expect(track.isOn).toBe(true)
    camera.close()
    expect(track.isOn).toBe(false)
    expect(camera.lost.aborted).toBe(false)
  })

  it('is off at once when the ceremony is cancelled', async () => {
    const track = new FakeTrack()
    const controller = new AbortController()
    await openCamera(
      hostOf(async () => streamOf(track)),
      { ...options, signal: controller.signal },
    )
    controller.abort()
    expect(track.isOn).toBe(false)
  })

  it('says CAMERA_LOST when it is taken away', async () => {
    const track = new FakeTrack()
    const camera = await openCamera(
      hostOf(async () => streamOf(track)),
      options,
    )
    track.dispatchEvent(new Event('ended'))
    expect(camera.lost.reason).toMatchObject({ code: 'CAMERA_LOST' })
  })

  it('is CAMERA_DENIED when nobody answers, and turned off when the answer comes after all', async () => {
    const track = new FakeTrack()
    let answer: (stream: MediaStream) => void = () => undefined
    const host = hostOf(
      () =>
        new Promise((resolve) => {
          answer = resolve
        }),
    )
    await expect(openCamera(host, { ...options, permissionTimeoutMs: 10 })).rejects.toMatchObject({
      code: 'CAMERA_DENIED',
    })
    answer(streamOf(track))
    await Promise.resolve()
    await Promise.resolve()
    expect(track.isOn).toBe(false)
  })

  it('is turned off when the ceremony ends while the browser asks', async () => {
    const controller = new AbortController()
    const host = hostOf(() => new Promise(() => undefined))
    const opening = openCamera(host, { ...options, signal: controller.signal })
    controller.abort()
    await expect(opening).rejects.toMatchObject({ code: 'ABORTED' })
  })

  it('is taken at any size when the wanted one does not exist', async () => {
    const track = new FakeTrack()
    let calls = 0
    const camera = await openCamera(
      hostOf(async () => {
        calls += 1
        if (calls === 1) throw new DOMException('width', 'OverconstrainedError')
        return streamOf(track)
      }),
      options,
    )
    expect(calls).toBe(2)
    camera.close()
  })

  it('needs a secure page', async () => {
    await expect(openCamera({ media: undefined, isSecureContext: false }, options)).rejects.toMatchObject({
      code: 'INSECURE_CONTEXT',
    })
  })
})
