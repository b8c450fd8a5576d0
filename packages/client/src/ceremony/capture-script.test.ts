import type { CaptureScript, ChallengeRequest } from '@mien/shared/api/challenges'
import { MienError } from '@mien/shared/errors'
import { flashColours, neutralColour, timingToleranceMs } from '@mien/shared/policy/capture-script'
import { keepsTime } from '@mien/shared/policy/judge-capture-script'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FrameFacts } from './guidance.ts'
import { frameOf, goodBox, observed } from './observed.fixture.ts'
import type { CeremonyState, EnrollOptions, VerifyingState } from './state.ts'
import { failureOf, start, until, type World } from './world.fixture.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const flash = (place: number, ms: number) => ({ kind: 'flash', colour: flashColours[place]!, ms }) as const
const pose = (to: 'centre' | 'left' | 'right' | 'up' | 'down' | 'closer') => ({ kind: 'pose', pose: to }) as const

const steps: CaptureScript['steps'] = [
  pose('centre'),
  flash(0, 340),
  flash(1, 600),
  pose('left'),
  flash(2, 400),
  pose('closer'),
]
const script = { steps, crop_size: 256, max_crop_bytes: 40_960 }

/** As the server does: what somebody does not take part in is not in their script. */
const scriptFor = ({ flashes = true, motion = true }: ChallengeRequest): CaptureScript => ({
  ...script,
  steps: steps.filter((step) => (step.kind === 'flash' ? flashes : motion || step.pose === 'centre')),
})

const straight = frameOf(observed())
const closer = frameOf(observed({ box: { x: 170, y: 60, width: 300, height: 300 } }))
const poses: Readonly<Record<VerifyingState['ask'], FrameFacts>> = {
  flash: straight,
  centre: straight,
  left: frameOf(observed({ pose: { yawDegrees: 20 } })),
  right: frameOf(observed({ pose: { yawDegrees: -20 } })),
  up: frameOf(observed({ pose: { pitchDegrees: -15 } })),
  down: frameOf(observed({ pose: { pitchDegrees: 15 } })),
  closer,
}

/** Does what is asked, a while after it was asked. */
function createActor(slownessMs = 400) {
  let asked = { ask: '', atMs: 0 }
  let held = straight
  return (state: CeremonyState): FrameFacts => {
    if (state.name !== 'verifying') return straight
    if (state.ask !== asked.ask) asked = { ask: state.ask, atMs: Date.now() }
    if (Date.now() - asked.atMs >= slownessMs) held = poses[state.ask]
    return held
  }
}

interface Shown {
  readonly colour: string
  readonly ask: string
  readonly atMs: number
}

/** A ceremony in which pictures are sent, with somebody in front of it who reacts to what it shows, and agrees. */
function perform(world: World = {}, react = createActor(), options: EnrollOptions = {}) {
  const played: World = { captureScript: scriptFor, ...world, settings: { server_verified: true, ...world.settings } }
  const around = start(played, options)
  played.scene = () => react(around.ceremony.state)
  const shown: Shown[] = []
  around.ceremony.subscribe((state) => {
    if (state.name === 'picture-notice') queueMicrotask(() => state.proceed())
    if (state.name !== 'verifying') return
    const { colour, ask } = state
    const last = shown.at(-1)
    if (last?.colour !== colour || last.ask !== ask) shown.push({ colour, ask, atMs: Date.now() })
  })
  return { ...around, shown, world: played }
}

const flashesOf = (shown: readonly Shown[]) => shown.filter(({ ask }) => ask === 'flash')

describe('a capture that the server verifies', () => {
  it('[CE80] does each step in its order and sends one picture for each', async () => {
    const { ceremony, names, shown, submissions, sentPictures } = perform()
    await until(ceremony, 'done')
    expect(names).toEqual([
      'picture-notice',
      'preparing',
      'permission',
      'positioning',
      'verifying',
      'positioning',
      'capturing',
      'deciding',
      'done',
    ])
    expect(shown.map(({ ask }) => ask).filter((ask) => ask !== 'centre')).toEqual([
      'flash',
      'flash',
      'left',
      'flash',
      'closer',
    ])
    expect(submissions).toHaveLength(1)
    const { crops, level, frames } = submissions[0]!
    expect(level).toBe('A2')
    expect(crops).toHaveLength(steps.length)
    expect(sentPictures[0]).toHaveLength(steps.length)
    expect(crops!.map(({ sha256 }) => Number(sha256))).toEqual(sentPictures[0]!.map(([first]) => first))
    const times = crops!.map(({ at_ms }) => at_ms)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(frames[0]!.at_ms).toBeGreaterThan(times.at(-1)!)
  })

  it('[CE80] shows each colour for its time, and pictures its end', async () => {
    const { ceremony, shown, submissions } = perform()
    await until(ceremony, 'done')
    const flashes = flashesOf(shown)
    expect(flashes.map(({ colour }) => colour)).toEqual(flashColours.slice(0, 3))
    const lasted = flashes.map(({ atMs }) => shown.find((next) => next.atMs > atMs)!.atMs - atMs)
    // A screen of 60 pictures a second: the first is drawn a sixtieth later, and each ends with one.
    for (const [i, ms] of [340, 600, 400].entries()) {
      expect(lasted[i]).toBeGreaterThanOrEqual(ms)
      expect(lasted[i]).toBeLessThanOrEqual(ms + 48)
    }
    const times = submissions[0]!.crops!.map(({ at_ms }) => at_ms)
    expect(Math.abs(times[2]! - times[1]! - 600)).toBeLessThan(timingToleranceMs / 2)
  })

  it('[CE80] keeps the times that the server knows, in front of somebody who is there at once too', async () => {
    const { ceremony, submissions } = perform({}, createActor(0))
    await until(ceremony, 'done')
    const times = submissions[0]!.crops!.map(({ at_ms: atMs }) => ({ atMs }))
    expect(keepsTime(steps, times), JSON.stringify(times)).toBe(true)
  })

  it('[CE80] is neutral whenever no flash is on, from the first moment to the last', async () => {
    const { ceremony } = perform()
    const colours = new Set<string | undefined>()
    ceremony.subscribe((state) => {
      if (state.name === 'positioning' || state.name === 'capturing') colours.add(state.colour)
      if (state.name === 'verifying' && state.ask !== 'flash') colours.add(state.colour)
    })
    await until(ceremony, 'done')
    expect([...colours]).toEqual([neutralColour])
  })

  it('[CE81] takes all pictures from one square around the face, as large as the server says', async () => {
    const { ceremony, takenPictures } = perform()
    await until(ceremony, 'done')
    const side = 1.8 * goodBox.height
    expect(new Set(takenPictures.map(({ square }) => JSON.stringify(square)))).toEqual(
      new Set([JSON.stringify({ x: 320 - side / 2, y: 240 - side / 2, side })]),
    )
    expect(takenPictures.every(({ size, maxBytes }) => size === 256 && maxBytes === 40_960)).toBe(true)
  })

  it('keeps no pixels and no frame of the camera', async () => {
    const { ceremony, kept, frames } = perform()
    await until(ceremony, 'done')
    await vi.advanceTimersByTimeAsync(100)
    expect([kept.size, frames.size]).toEqual([0, 0])
  })

  it('waits for the face to be back before it flashes', async () => {
    const actor = createActor(0)
    let wayBackMs = 3000
    const { ceremony, shown } = perform({}, (state) => {
      if (state.name !== 'verifying' || state.ask !== 'centre' || state.step < 5) return actor(state)
      wayBackMs -= 33
      return wayBackMs > 0 ? poses.left : straight
    })
    await until(ceremony, 'done')
    const [, , last] = flashesOf(shown)
    const asked = shown.findLast(({ atMs, ask }) => ask === 'centre' && atMs < last!.atMs)
    expect(last!.atMs - asked!.atMs).toBeGreaterThan(2900)
  })

  it('has somebody who fills the picture move back first, where coming closer is asked', async () => {
    const near = observed({ box: { x: 140, y: 40, width: 360, height: 400 } })
    let guidance: string | undefined
    const { ceremony } = perform({}, () => frameOf(near))
    ceremony.subscribe((state) => {
      if (state.name === 'verifying') guidance ??= state.guidance
    })
    await until(ceremony, 'verifying')
    await vi.advanceTimersByTimeAsync(500)
    expect(guidance).toBe('back')
    ceremony.cancel()
  })
})

describe('[CE82] nobody is pictured or flashed at untold', () => {
  it.each(['enroll', 'authenticate'] as const)(
    '%s: says so before the camera opens, and opens none for a no',
    async (operation) => {
      const { ceremony, cameras } = start({ operation, settings: { server_verified: true } })
      const state = await until(ceremony, operation === 'enroll' ? 'consent' : 'picture-notice')
      expect(state).toMatchObject({ applicationName: 'Shop', pictures: { colours: 'wanted' } })
      state.decline()
      expect(await failureOf(ceremony)).toMatchObject({ code: 'CONSENT_DECLINED' })
      expect(cameras).toEqual([])
    },
  )

  it.each<[string, World, EnrollOptions]>([
    ['a page asked for consent itself', {}, { userConsent: true }],
    ['an application asks for none', { settings: { consent_required: false } }, {}],
  ])('also where %s', async (_name, world, options) => {
    const { ceremony, names, cameras } = perform({ operation: 'enroll', ...world }, createActor(), options)
    await until(ceremony, 'done')
    expect(names.indexOf('picture-notice')).toBeLessThan(names.indexOf('permission'))
    expect(names).toContain('picture-notice')
    expect(cameras).toHaveLength(1)
  })

  it.each(['enroll', 'authenticate'] as const)(
    '%s: tells of no colours where the application has none',
    async (operation) => {
      const { ceremony, asked, shown } = perform({ operation, settings: { flashes: false } })
      const announced: string[] = []
      ceremony.subscribe((state) => {
        if (state.name !== 'picture-notice' && state.name !== 'consent') return
        announced.push(state.pictures?.colours ?? 'none')
        state.pictures?.chooseColours(true)
        if (state.name === 'consent') queueMicrotask(() => state.accept({ text: 'Agreed', locale: 'en' }))
      })
      await until(ceremony, 'done')
      expect(announced).toEqual(['never'])
      expect(asked.challengeRequests).toMatchObject([{ flashes: false }])
      expect(flashesOf(shown)).toEqual([])
    },
  )

  it('offers to leave nothing out where nothing else would be left', async () => {
    const { ceremony } = perform({ settings: { flashes: false } })
    const choices: unknown[] = []
    ceremony.subscribe((state) => {
      if (state.name === 'verifying') choices.push(state.withoutFlashes ?? state.withoutMotion)
    })
    await until(ceremony, 'done')
    expect(choices.length).toBeGreaterThan(1)
    expect(choices.filter((choice) => choice !== undefined)).toEqual([])
  })

  it('ends with nobody’s answer', async () => {
    const { ceremony, cameras } = start({ settings: { server_verified: true } }, { termsTimeout: 1 })
    await until(ceremony, 'picture-notice')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(await failureOf(ceremony)).toMatchObject({ code: 'CONSENT_DECLINED' })
    expect(cameras).toEqual([])
  })

  it('takes no picture in a session that did not announce them', async () => {
    const { ceremony, takenPictures, submissions } = perform({ settings: { server_verified: false } })
    expect(await failureOf(ceremony)).toMatchObject({ code: 'BINDING_MISMATCH' })
    expect([takenPictures, submissions]).toEqual([[], []])
  })

  it('shows no colours to whoever declined them, whatever the server asks', async () => {
    const { ceremony, shown } = perform({ captureScript: () => script }, createActor(), { flashes: 'off' })
    expect(await failureOf(ceremony)).toMatchObject({ code: 'BINDING_MISMATCH' })
    expect(flashesOf(shown)).toEqual([])
  })

  it.each([
    ['#ff0000', 'a red that is none of those that are safe'],
    ['#ffffff', 'a white'],
  ])('shows no %s: %s', async (colour) => {
    const unsafe = {
      ...script,
      steps: [...steps.slice(0, 1), { kind: 'flash', colour, ms: 340 } as const, pose('left')],
    }
    const { ceremony, shown } = perform({ captureScript: () => unsafe })
    expect(await failureOf(ceremony)).toMatchObject({ code: 'BINDING_MISMATCH' })
    expect(shown).toEqual([])
  })
})

describe('[CE83] whoever would rather not', () => {
  it.each<[string, World, EnrollOptions, ChallengeRequest]>([
    ['see colours, by option', {}, { flashes: 'off' }, { flashes: false }],
    ['see them, by the system’s wish for less motion', { prefersReducedMotion: true }, {}, { flashes: false }],
    ['move, by option', {}, { motion: 'still' }, { motion: false }],
    ['move, and wants less motion', { prefersReducedMotion: true }, { motion: 'still' }, { motion: false }],
    ['say anything', {}, {}, {}],
  ])('%s: is asked for the rest only', async (_name, world, options, request) => {
    const { ceremony, asked, submissions } = perform(world, createActor(), options)
    await until(ceremony, 'done')
    expect(asked.challengeRequests).toMatchObject([request])
    expect(Object.keys(asked.challengeRequests[0]!).filter((key) => key !== 'device_key_id')).toEqual(
      Object.keys(request),
    )
    expect(submissions[0]!.crops).toHaveLength(scriptFor(request).steps.length)
  })

  it('may say so before the camera opens', async () => {
    const { ceremony, asked, shown } = perform()
    ceremony.subscribe((state) => {
      if (state.name === 'picture-notice') state.pictures.chooseColours(false)
    })
    await until(ceremony, 'done')
    expect(asked.challengeRequests).toMatchObject([{ flashes: false }])
    expect(flashesOf(shown)).toEqual([])
  })

  it('may choose colours again where the system only wishes for less motion', async () => {
    const { ceremony, asked, shown } = perform({ prefersReducedMotion: true })
    ceremony.subscribe((state) => {
      if (state.name === 'picture-notice') state.pictures.chooseColours(true)
    })
    await until(ceremony, 'done')
    expect(asked.challengeRequests[0]).not.toHaveProperty('flashes')
    expect(flashesOf(shown)).toHaveLength(3)
  })

  it.each([
    ['colours', 'flash', 'withoutFlashes', { flashes: false }],
    ['motion', 'left', 'withoutMotion', { motion: false }],
  ] as const)('ends %s while they are on, and begins without them', async (_name, during, choice, request) => {
    const { ceremony, asked, submissions, shown } = perform()
    let chosenAtMs = Number.NaN
    ceremony.subscribe((state) => {
      if (state.name !== 'verifying' || state.ask !== during || !Number.isNaN(chosenAtMs)) return
      chosenAtMs = Date.now()
      state[choice]?.()
    })
    await until(ceremony, 'done')
    expect(asked.challengeRequests).toHaveLength(2)
    expect(asked.challengeRequests[1]).toMatchObject(request)
    expect(submissions[0]!.crops).toHaveLength(scriptFor(request).steps.length)
    expect(shown.filter(({ ask, atMs }) => ask === during && atMs > chosenAtMs + 17)).toEqual([])
  })
})

describe('[CE84] a capture starts over with a new challenge', () => {
  it('when somebody else came into a picture', async () => {
    const crowd = frameOf(observed(), observed({ box: { x: 10 } }))
    const actor = createActor()
    let isCrowded = true
    const { ceremony, asked, submissions } = perform({}, (state) => {
      if (asked.challenges() > 1) isCrowded = false
      return isCrowded && state.name === 'verifying' && state.ask === 'flash' ? crowd : actor(state)
    })
    await until(ceremony, 'done')
    expect(asked.challenges()).toBe(2)
    expect(submissions[0]!.challenge_id).toMatch(/^00000002-/)
  })

  it('when the tab was hidden under a flash', async () => {
    const { ceremony, asked, submissions, world } = perform()
    let isHidden = false
    ceremony.subscribe((state) => {
      if (state.name !== 'verifying' || state.ask !== 'flash' || isHidden) return
      isHidden = true
      setTimeout(() => {
        world.hiddenMs = 1000
      }, 100)
    })
    await until(ceremony, 'done')
    expect(asked.challenges()).toBe(2)
    expect(submissions[0]!.crops).toHaveLength(steps.length)
  })

  it('when the worker died in it', async () => {
    const actor = createActor()
    let isDead = false
    const { ceremony, asked } = perform({}, (state) => {
      if (state.name !== 'verifying' || state.step < 4 || isDead) return actor(state)
      isDead = true
      throw new MienError('WORKER_CRASHED')
    })
    await until(ceremony, 'done')
    expect(asked.challenges()).toBe(2)
  })

  it('three times at most', async () => {
    const crowd = frameOf(observed(), observed({ box: { x: 10 } }))
    const actor = createActor()
    const { ceremony, cameras, kept } = perform({}, (state) =>
      state.name === 'verifying' && state.ask === 'flash' ? crowd : actor(state),
    )
    expect(await failureOf(ceremony)).toMatchObject({ code: 'QUALITY_TOO_LOW' })
    expect(cameras.map(({ isOn }) => isOn)).toEqual([false])
    await vi.advanceTimersByTimeAsync(100)
    expect(kept.size).toBe(0)
  })
})

describe('[CE62] a capture script ends', () => {
  it.each([
    ['nobody is there any more', frameOf(), 'IDLE_TIMEOUT'],
    ['nothing is done', straight, 'QUALITY_TOO_LOW'],
  ])('when %s: %3$s', async (_name, scene, code) => {
    const { ceremony, cameras, submissions } = perform({}, (state) =>
      state.name === 'verifying' || (state.name === 'positioning' && state.guidance === 'no-face' && scene !== straight)
        ? scene
        : straight,
    )
    expect(await failureOf(ceremony)).toMatchObject({ code })
    expect(cameras.map(({ isOn }) => isOn)).toEqual([false])
    expect(submissions).toEqual([])
  })

  it('when the ceremony is cancelled, with the camera off and the light gone', async () => {
    const { ceremony, cameras } = perform()
    await until(ceremony, 'verifying')
    ceremony.cancel()
    expect(cameras[0]!.isOn).toBe(false)
    await vi.advanceTimersByTimeAsync(5000)
    expect(ceremony.state.name).toBe('failed')
  })
})
