import { MienError } from '@mien/shared/errors'
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

  it('survives a worker that hangs, and does not blame the person for the time', async () => {
    const hang = (ms: number) =>
      new Promise<never>((_, reject) => setTimeout(() => reject(new MienError('WORKER_CRASHED')), ms))
    let frames = 0
    const world: World = {
      scene: () => {
        frames += 1
        if (frames === 1) return hang(15_000)
        // Still at work on its models when somebody steps in.
        return frames < 30 ? frameOf() : frameOf(observed())
      },
    }
    const { ceremony, submissions } = start(world, { idleTimeout: 15.3 })
    await until(ceremony, 'done')
    expect(submissions).toHaveLength(1)
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

describe('[CE71] a camera that the person chose and that cannot be had', () => {
  it.each(['CAMERA_BUSY', 'CAMERA_NOT_FOUND', 'CAMERA_DENIED'] as const)(
    '%s: the one before goes on, and says why',
    async (code) => {
      const world: World = { scene: frameOf(), refusedCameras: { b: code } }
      const { ceremony, cameras } = start(world)
      const state = await until(ceremony, 'positioning')
      expect(state.refusedCamera).toBeUndefined()
      state.switchCamera?.('b')
      await vi.advanceTimersByTimeAsync(100)
      expect(ceremony.state).toMatchObject({ name: 'positioning', refusedCamera: { code } })
      world.scene = frameOf(observed())
      await until(ceremony, 'done')
      expect(cameras.map(({ isOn }) => isOn)).toEqual([false, false])
    },
  )

  it('fails when the one before is gone too', async () => {
    const world: World = { scene: frameOf(), refusedCameras: { b: 'CAMERA_BUSY' } }
    const { ceremony } = start(world)
    const state = await until(ceremony, 'positioning')
    world.refusedCameras = { a: 'CAMERA_NOT_FOUND', b: 'CAMERA_BUSY' }
    state.switchCamera?.('b')
    expect(await failureOf(ceremony)).toMatchObject({ code: 'CAMERA_NOT_FOUND' })
  })
})

describe('[CE69] what is said of the camera', () => {
  it('goes with every submission, the name of the camera does not', async () => {
    const { ceremony, submissions } = start({ camera: 'OBS Virtual Camera', answers: [{ status: 'retry' }] })
    await until(ceremony, 'done')
    const facts = { width: 640, height: 480, virtual_suspected: true, frozen_ratio: 0 }
    expect(submissions.map(({ camera }) => camera)).toEqual([facts, facts])
    expect(JSON.stringify(submissions)).not.toContain('OBS')
  })

  it('says so when the picture never changes', async () => {
    const { ceremony, submissions } = start({ isFrozen: true })
    await until(ceremony, 'done')
    expect(submissions[0]!.camera).toMatchObject({ virtual_suspected: false, frozen_ratio: 1 })
  })
})

describe('a challenge', () => {
  it('is asked for while the person begins to stand right, once', async () => {
    const { ceremony, asked } = start({})
    await until(ceremony, 'positioning')
    await vi.advanceTimersByTimeAsync(100)
    expect(ceremony.state.name).toBe('positioning')
    expect(asked.challenges()).toBe(1)
    await until(ceremony, 'done')
    expect(asked.challenges()).toBe(1)
  })

  it('that is late is waited for with the camera on, however long the server may take', async () => {
    const world: World = {
      challenge: () => new Promise((_, reject) => setTimeout(() => reject(new MienError('REPLY_TIMEOUT')), 60_000)),
    }
    const { ceremony, cameras } = start(world, { idleTimeout: 5 })
    await until(ceremony, 'positioning')
    await vi.advanceTimersByTimeAsync(59_000)
    expect(ceremony.state).toMatchObject({ name: 'positioning', guidance: 'hold-still' })
    expect(cameras[0]!.isOn).toBe(true)
    expect(await failureOf(ceremony)).toMatchObject({ code: 'REPLY_TIMEOUT' })
    expect(cameras[0]!.isOn).toBe(false)
  })

  it('is not asked for while nobody is there', async () => {
    const { ceremony, asked } = start({ scene: frameOf() })
    expect(await failureOf(ceremony)).toMatchObject({ code: 'IDLE_TIMEOUT' })
    expect(asked.challenges()).toBe(0)
  })
})
