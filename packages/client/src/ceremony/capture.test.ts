import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { frameOf, observed } from './observed.fixture.ts'
import type { Ceremony } from './state.ts'
import { type createWorld, failureOf, start, until, type World } from './world.fixture.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

describe('a capture that does not come about', () => {
  it.each([
    ['nobody', frameOf(), 'IDLE_TIMEOUT'],
    ['two people', frameOf(observed(), observed({ box: { x: 10 } })), 'MANY_FACES'],
    ['somebody in the dark', frameOf(observed({ quality: { brightness: 20 } })), 'QUALITY_TOO_LOW'],
  ])('%s: %3$s, with the camera off', async (_name, scene, code) => {
    const { ceremony, cameras, submissions } = start({ scene })
    expect(await failureOf(ceremony)).toMatchObject({ code })
    expect(cameras.map(({ isOn }) => isOn)).toEqual([false])
    expect(submissions).toEqual([])
  })

  it('is SPOOF_SUSPECTED after three windows below the threshold, and nothing is sent', async () => {
    const { ceremony, submissions } = start({ live: 0.49 })
    expect(await failureOf(ceremony)).toMatchObject({ code: 'SPOOF_SUSPECTED' })
    expect(submissions).toEqual([])
  })

  it('does not take a liveness that is no number', async () => {
    expect(await failureOf(start({ live: Number.NaN }).ceremony)).toMatchObject({ code: 'SPOOF_SUSPECTED' })
  })

  it('is CAMERA_LOST when the camera goes', async () => {
    const { ceremony, cameras } = start({ scene: frameOf() })
    await until(ceremony, 'positioning')
    cameras[0]!.lose()
    expect(await failureOf(ceremony)).toMatchObject({ code: 'CAMERA_LOST' })
    expect(cameras[0]!.isOn).toBe(false)
  })

  it.each([
    ['over a frame', { crashWithFrames: 20 }],
    ['between two frames', { crashWithFrames: 20, isCrashUnseen: true }],
    ['over an analysis', { crashedAnalyses: 1 }],
  ])('survives a worker that dies %s, and takes no frame from before', async (_name, world) => {
    const { ceremony, submissions, frames } = start(world)
    await until(ceremony, 'done')
    expect(submissions).toHaveLength(1)
    expect(submissions[0]!.frames[0]!.at_ms).toBeGreaterThan(20 * 33)
    expect(frames.size).toBe(0)
  })

  it('is WORKER_CRASHED when the next worker dies too', async () => {
    const { ceremony } = start({ crashedAnalyses: 2 })
    expect(await failureOf(ceremony)).toMatchObject({ code: 'WORKER_CRASHED' })
  })

  it.each([
    ['is cancelled', {}, (ceremony: Ceremony) => ceremony.cancel()],
    ['loses its camera', {}, (_: Ceremony, { cameras }: ReturnType<typeof createWorld>) => cameras[0]!.lose()],
    ['succeeds', {}, () => undefined],
    ['is taken for a picture', { live: 0 }, () => undefined],
  ])('leaves no pixels in the worker when it %s', async (_name, world, interrupt) => {
    const around = start(world)
    await until(around.ceremony, 'capturing')
    await vi.advanceTimersByTimeAsync(500)
    expect(around.kept.size).toBeGreaterThan(0)
    interrupt(around.ceremony, around)
    await vi.advanceTimersByTimeAsync(20_000)
    expect(['done', 'failed']).toContain(around.ceremony.state.name)
    expect(around.kept.size).toBe(0)
  })

  it('starts over with another camera when the person changes it', async () => {
    const world: World = { scene: frameOf() }
    const { ceremony, cameras } = start(world)
    const state = await until(ceremony, 'positioning')
    world.scene = frameOf(observed())
    state.switchCamera?.('b')
    await until(ceremony, 'done')
    expect(cameras.map(({ isOn }) => isOn)).toEqual([false, false])
  })
})
