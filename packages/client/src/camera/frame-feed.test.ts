import { MienError } from '@mien/shared/errors'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openFrameFeed } from './frame-feed.ts'

const stream = {} as MediaStream

function stubVideo(play: () => Promise<void>) {
  const video = { play, srcObject: null as unknown }
  vi.stubGlobal('document', { createElement: () => video })
  return video
}

beforeEach(() => vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('a camera that is on', () => {
  it.each([
    ['gives no picture', () => new Promise<void>(() => undefined)],
    ['refuses to play', () => Promise.reject(new DOMException('no', 'NotSupportedError'))],
  ])('and %s is CAMERA_BUSY', async (_name, play) => {
    const video = stubVideo(play)
    const opened = openFrameFeed(stream, new AbortController().signal)
    const refused = expect(opened).rejects.toMatchObject({ code: 'CAMERA_BUSY' })
    await vi.advanceTimersByTimeAsync(20_000)
    await refused
    expect(video.srcObject).toBeNull()
  })

  it('and goes before its first picture is told as that', async () => {
    stubVideo(() => new Promise(() => undefined))
    const camera = new AbortController()
    const opened = openFrameFeed(stream, camera.signal)
    camera.abort(new MienError('CAMERA_LOST'))
    await expect(opened).rejects.toMatchObject({ code: 'CAMERA_LOST' })
    expect(vi.getTimerCount()).toBe(0)
  })
})
