import { describe, expect, it } from 'vitest'
import { type MediaPort, openCamera } from './open-camera.ts'

class FakeTrack extends EventTarget {
  isOn = true
  constructor(readonly facingMode?: string) {
    super()
  }
  stop() {
    this.isOn = false
  }
  getSettings(): MediaTrackSettings {
    return this.facingMode === undefined ? {} : { facingMode: this.facingMode }
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

  it.each([
    ['user', true],
    [undefined, true],
    ['environment', false],
  ])('that faces %s is shown as a mirror: %s', async (facingMode, mirrored) => {
    const camera = await openCamera(
      hostOf(async () => streamOf(new FakeTrack(facingMode))),
      options,
    )
    expect(camera.mirrored).toBe(mirrored)
    camera.close()
  })

  it('is exactly the one that the person chose', async () => {
    const asked: (MediaStreamConstraints | undefined)[] = []
    const host = hostOf(async (constraints) => {
      asked.push(constraints)
      return streamOf(new FakeTrack())
    })
    await openCamera(host, { ...options, deviceId: 'b' })
    expect(asked).toMatchObject([{ video: { deviceId: { exact: 'b' } } }])
    expect(asked[0]!.video).not.toHaveProperty('facingMode')
  })

  it.each([
    ['NotAllowedError', 'CAMERA_DENIED'],
    ['NotFoundError', 'CAMERA_NOT_FOUND'],
    ['OverconstrainedError', 'CAMERA_NOT_FOUND'],
    ['NotReadableError', 'CAMERA_BUSY'],
  ])('that the browser refuses with %s is %s', async (name, code) => {
    const host = hostOf(() => Promise.reject(new DOMException('x', name)))
    await expect(openCamera(host, options)).rejects.toMatchObject({ code })
  })

  it('that has no picture to give is CAMERA_NOT_FOUND, and turned off', async () => {
    const track = new FakeTrack()
    const stream = { getTracks: () => [track], getVideoTracks: () => [] } as unknown as MediaStream
    await expect(
      openCamera(
        hostOf(async () => stream),
        options,
      ),
    ).rejects.toMatchObject({ code: 'CAMERA_NOT_FOUND' })
    expect(track.isOn).toBe(false)
  })

  it('needs a browser that has cameras', async () => {
    await expect(openCamera({ media: undefined, isSecureContext: true }, options)).rejects.toMatchObject({
      code: 'BROWSER_UNSUPPORTED',
    })
  })

  it('needs a secure page', async () => {
    await expect(openCamera({ media: undefined, isSecureContext: false }, options)).rejects.toMatchObject({
      code: 'INSECURE_CONTEXT',
    })
  })
})
