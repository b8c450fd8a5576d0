import { MienError } from '@mien/shared/errors'
import { answersScript } from '@mien/shared/policy/active-script'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FrameFacts } from './guidance.ts'
import { frameOf, observed } from './observed.fixture.ts'
import type { ActiveState, CeremonyState, EnrollOptions } from './state.ts'
import { failureOf, start, until, type World } from './world.fixture.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const script: NonNullable<World['script']> = { actions: ['turn_left', 'blink', 'come_closer'], still_ms: 2000 }

const motions: Record<ActiveState['action'], FrameFacts> = {
  turn_left: frameOf(observed({ pose: { yawDegrees: 30 } })),
  turn_right: frameOf(observed({ pose: { yawDegrees: -30 } })),
  blink: frameOf(observed({ quality: { eyeOpenness: 0.05 } })),
  come_closer: frameOf(observed({ quality: { faceHeightRatio: 0.65 } })),
  hold: frameOf(observed()),
}

/** Half a second after an action was asked for, does it for as long, and is still again. */
function createActor(slownessMs = 500) {
  let since = { action: '', atMs: 0 }
  return (state: CeremonyState): FrameFacts => {
    if (state.name !== 'active') return frameOf(observed())
    if (state.action !== since.action) since = { action: state.action, atMs: Date.now() }
    const elapsedMs = Date.now() - since.atMs
    return elapsedMs > slownessMs && elapsedMs < slownessMs + 500 ? motions[state.action] : frameOf(observed())
  }
}

/** A ceremony with somebody in front of it who reacts to what it shows. */
function perform(world: World, react = createActor(), options: EnrollOptions = {}) {
  const played: World = { script, ...world }
  const around = start(played, options)
  played.scene = () => react(around.ceremony.state)
  const actions: string[] = []
  around.ceremony.subscribe((state) => {
    if (state.name === 'active' && actions.at(-1) !== state.action) actions.push(state.action)
  })
  return { ...around, actions, world: played }
}

describe('a script', () => {
  it('[CE60] is done after the person stands right and before the frames are taken, in its order', async () => {
    const { ceremony, names, actions, submissions } = perform({})
    await until(ceremony, 'done')
    expect(names).toEqual([
      'preparing',
      'permission',
      'positioning',
      'active',
      'positioning',
      'capturing',
      'deciding',
      'done',
    ])
    expect(actions).toEqual(script.actions)
    const { script_response: response, frames } = submissions[0]!
    expect(response).toMatchObject({ variant: 'motion', steps: script.actions.map((action) => ({ action })) })
    const last = response?.variant === 'motion' ? response.steps.at(-1)!.done_at_ms : Number.NaN
    expect(frames[0]!.at_ms).toBeGreaterThan(last)
    expect(answersScript(script, response, frames.at(-1)!.at_ms)).toBe(true)
  })

  it('says which step it is and how far', async () => {
    const { ceremony } = perform({})
    const seen: Pick<ActiveState, 'step' | 'steps' | 'progress'>[] = []
    ceremony.subscribe((state) => {
      if (state.name === 'active') seen.push({ step: state.step, steps: state.steps, progress: state.progress })
    })
    await until(ceremony, 'done')
    expect(new Set(seen.map(({ steps }) => steps))).toEqual(new Set([3]))
    expect(seen.filter(({ progress }) => progress === 1).map(({ step }) => step)).toEqual([1, 2, 3])
    expect(seen[0]).toEqual({ step: 1, steps: 3, progress: 0 })
  })

  it('takes nothing for an answer that was there before it was asked', async () => {
    const blinking = () => frameOf(observed({ quality: { eyeOpenness: Date.now() % 200 < 100 ? 0.05 : 0.3 } }))
    const asked = { ...script, actions: ['blink' as const] }
    const { ceremony, submissions } = perform({ script: asked }, (state) =>
      state.name === 'active' ? blinking() : frameOf(observed()),
    )
    await until(ceremony, 'done')
    const { script_response: response, frames } = submissions[0]!
    expect(answersScript(asked, response, frames.at(-1)!.at_ms)).toBe(true)
  })

  it('asks somebody who is close already to make room first', async () => {
    const near = { box: { y: 40, height: 400 }, quality: { faceHeightRatio: 0.8 } }
    let guidance: string | undefined
    const actor = createActor(2000)
    const { ceremony, submissions } = perform({ script: { ...script, actions: ['come_closer'] } }, (state) => {
      if (state.name !== 'active') return frameOf(observed(near))
      guidance ??= state.guidance
      return guidance === 'back' ? actor(state) : frameOf(observed(near))
    })
    await until(ceremony, 'done')
    expect(guidance).toBe('back')
    expect(submissions[0]!.script_response).toMatchObject({ variant: 'motion' })
  })

  it('[CE61] without motion is to hold still for as long as the server says', async () => {
    const { ceremony, actions, submissions } = perform({}, createActor(), { motion: 'still' })
    const state = await until(ceremony, 'active')
    expect(state).toMatchObject({ action: 'hold', step: 1, steps: 1 })
    expect(state.holdInstead).toBeUndefined()
    await until(ceremony, 'done')
    expect(actions).toEqual(['hold'])
    const { script_response: response, frames } = submissions[0]!
    expect(response).toMatchObject({ variant: 'still', held_ms: expect.any(Number) })
    expect(answersScript(script, response, frames.at(-1)!.at_ms)).toBe(true)
  })

  it.each<[string, boolean, EnrollOptions['motion'], string]>([
    ['who wants less motion everywhere with holding still', true, undefined, 'hold'],
    ['who did not say so with what was asked', false, 'auto', 'turn_left'],
  ])('begins for a person %s', async (_name, prefersReducedMotion, motion, action) => {
    const { ceremony } = perform({ prefersReducedMotion }, createActor(), { ...(motion ? { motion } : {}) })
    expect(await until(ceremony, 'active')).toMatchObject({ action })
    ceremony.cancel()
  })

  it('[CE61] goes on without motion when the person says so, also in the next try', async () => {
    const { ceremony, actions, submissions } = perform({ answers: [{ status: 'retry' }] })
    ;(await until(ceremony, 'active')).holdInstead?.()
    await until(ceremony, 'done')
    expect(actions).toEqual(['turn_left', 'hold'])
    expect(submissions.map(({ script_response: response }) => response?.variant)).toEqual(['still', 'still'])
  })

  it('begins a hold again when the person moves or is not alone', async () => {
    let moved = 0
    const { ceremony, submissions } = perform(
      {},
      (state) => {
        if (state.name !== 'active' || moved > 20) return frameOf(observed())
        moved += 1
        if (moved < 10) return frameOf(observed())
        return moved < 15 ? motions.turn_left : frameOf(observed(), observed({ box: { x: 10 } }))
      },
      { motion: 'still' },
    )
    const begunAt = Date.now()
    await until(ceremony, 'done')
    const { script_response: response } = submissions[0]!
    const heldMs = response?.variant === 'still' ? response.held_ms : Number.NaN
    expect(heldMs).toBeGreaterThanOrEqual(2000)
    expect(heldMs).toBeLessThan(2200)
    // A second between the others' going and somebody's being alone again is part of it.
    expect(Date.now() - begunAt).toBeGreaterThan(20 * 33 + 1000 + heldMs)
  })

  it('says first what stands in its way', async () => {
    const { ceremony } = perform({}, (state) => (state.name === 'active' ? frameOf() : frameOf(observed())))
    await until(ceremony, 'active')
    await vi.advanceTimersByTimeAsync(2000)
    expect(ceremony.state).toMatchObject({ name: 'active', guidance: 'no-face', progress: 0 })
    ceremony.cancel()
  })

  it('survives a worker that dies in it', async () => {
    const actor = createActor()
    let isDead = false
    const { ceremony, submissions } = perform({}, (state) => {
      if (state.name !== 'active' || state.step < 2 || isDead) return actor(state)
      isDead = true
      throw new MienError('WORKER_CRASHED')
    })
    await until(ceremony, 'done')
    expect(isDead).toBe(true)
    expect(submissions[0]!.script_response).toMatchObject({ variant: 'motion' })
  })
})

describe('[CE62] a script ends', () => {
  it.each([
    ['nobody is there any more', frameOf(), 'IDLE_TIMEOUT'],
    ['somebody comes along and stays', frameOf(observed(), observed({ box: { x: 10 } })), 'MANY_FACES'],
    ['nothing is done', frameOf(observed()), 'QUALITY_TOO_LOW'],
  ])('when %s: %3$s', async (_name, scene, code) => {
    const { ceremony, cameras, submissions } = perform({}, (state) =>
      state.name === 'active' ? scene : frameOf(observed()),
    )
    expect(await failureOf(ceremony)).toMatchObject({ code })
    expect(cameras.map(({ isOn }) => isOn)).toEqual([false])
    expect(submissions).toEqual([])
  })

  it('when somebody makes no room to come closer: QUALITY_TOO_LOW', async () => {
    const near = frameOf(observed({ box: { y: 40, height: 400 }, quality: { faceHeightRatio: 0.8 } }))
    const { ceremony } = perform({ script: { ...script, actions: ['come_closer'] } }, () => near)
    expect(await failureOf(ceremony)).toMatchObject({ code: 'QUALITY_TOO_LOW' })
  })

  it('when the person never holds still', async () => {
    const restless = (state: CeremonyState) =>
      state.name === 'active' && Date.now() % 1000 < 500 ? motions.turn_left : frameOf(observed())
    const { ceremony } = perform({}, restless, { motion: 'still' })
    expect(await failureOf(ceremony)).toMatchObject({ code: 'QUALITY_TOO_LOW' })
  })

  it('when the ceremony is cancelled, with the camera off', async () => {
    const { ceremony, cameras, actions } = perform({})
    await until(ceremony, 'active')
    ceremony.cancel()
    expect(cameras[0]!.isOn).toBe(false)
    await vi.advanceTimersByTimeAsync(5000)
    expect(actions).toEqual(['turn_left'])
    expect(ceremony.state.name).toBe('failed')
  })

  it('and begins again with another camera', async () => {
    const { ceremony, submissions, actions } = perform({})
    await until(ceremony, 'active')
    // The script is over and the person stands right again: the choice of cameras is back.
    const state = await until(ceremony, 'positioning')
    state.switchCamera?.('b')
    await until(ceremony, 'done')
    expect(actions).toEqual([...script.actions, ...script.actions])
    expect(submissions).toHaveLength(1)
  })
})

describe('[CE63] a challenge that is replaced', () => {
  /** Steps aside after the script, for so long. */
  const absent = (ms: number) => {
    const actor = createActor()
    let backAtMs: number | undefined
    return (state: CeremonyState, actions: readonly string[]): FrameFacts => {
      if (state.name === 'active' || actions.length < script.actions.length) return actor(state)
      backAtMs ??= Date.now() + ms
      return Date.now() < backAtMs ? frameOf() : frameOf(observed())
    }
  }

  it('brings its own script, and the answer is to the new one', async () => {
    const react = absent(80_000)
    let seen: readonly string[] = []
    const { ceremony, actions, submissions, asked } = perform({}, (state) => react(state, seen), { idleTimeout: 90 })
    seen = actions
    await until(ceremony, 'done')
    expect(asked.challenges()).toBe(2)
    expect(actions).toEqual([...script.actions, ...script.actions])
    const { challenge_id: id, script_response: response, frames } = submissions[0]!
    expect(id).toMatch(/^00000002-/)
    expect(answersScript(script, response, frames.at(-1)!.at_ms)).toBe(true)
  })

  it('is kept while it has 45 seconds to live', async () => {
    const react = absent(60_000)
    let seen: readonly string[] = []
    const { ceremony, actions, asked } = perform({}, (state) => react(state, seen), { idleTimeout: 90 })
    seen = actions
    await until(ceremony, 'done')
    expect(asked.challenges()).toBe(1)
    expect(actions).toEqual(script.actions)
  })

  it('three times over by somebody slow is QUALITY_TOO_LOW, not for ever', async () => {
    const { ceremony, asked } = perform({}, createActor(26_000))
    expect(await failureOf(ceremony)).toMatchObject({ code: 'QUALITY_TOO_LOW' })
    expect(asked.challenges()).toBe(4)
  })
})
