import type { SubmissionResponse } from '@mien/shared/api/submissions'
import { MienError } from '@mien/shared/errors'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { frameOf } from './observed.fixture.ts'
import { Refusal } from './refusal.ts'
import { runCeremony } from './run-ceremony.ts'
import type { CeremonyState, EnrollOptions } from './state.ts'
import { createWorld, failureOf, play, start, token, until, uuid, type World } from './world.fixture.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

describe('a ceremony', () => {
  it('goes from session to result, with the camera off before the server decides', async () => {
    const { ceremony, names, submissions, cameras } = start({})
    await expect(Promise.all([until(ceremony, 'done'), ceremony.result])).resolves.toMatchObject([
      {},
      { operation: 'authenticate', resultCode: token, disclosed: null },
    ])
    expect(names).toEqual(['preparing', 'permission', 'positioning', 'capturing', 'deciding', 'done'])
    expect(cameras.map(({ isOn }) => isOn)).toEqual([false])
    expect(submissions).toHaveLength(1)
    expect(submissions[0]).toMatchObject({ origin: 'https://shop.example', operation: 'authenticate', level: 'A0' })
    expect(submissions[0]).not.toHaveProperty('consent')
  })

  it('sends 3 to 5 frames at least 150 ms apart, stamped since the challenge arrived', async () => {
    const { ceremony, submissions } = start({})
    await until(ceremony, 'done')
    const times = submissions[0]!.frames.map((frame) => frame.at_ms)
    expect(times).toHaveLength(5)
    expect(submissions[0]!.templates).toHaveLength(5)
    times.forEach((at, i) => {
      expect(at - (times[i - 1] ?? -150)).toBeGreaterThanOrEqual(150)
    })
    expect(times.at(-1)).toBeLessThan(3000)
  })

  it('asks for consent before it enrolls and sends the hash of the text that was shown', async () => {
    const { ceremony, submissions, names } = start({ operation: 'enroll' }, { payload: { a: 1 } })
    const consent = await until(ceremony, 'consent')
    expect(consent).toMatchObject({ applicationName: 'Shop', policyVersion: '2' })
    consent.accept({ text: 'abc', locale: 'en' })
    await until(ceremony, 'done')
    expect(names.indexOf('consent')).toBeLessThan(names.indexOf('permission'))
    expect(submissions[0]).toMatchObject({
      payload: { a: 1 },
      consent: {
        policy_version: '2',
        // FIPS 180-4, example for "abc".
        text_sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
        locale: 'en',
        method: 'widget',
      },
    })
  })

  it('opens no camera when the terms are declined, or not answered in time', async () => {
    const declined = start({ operation: 'enroll' })
    ;(await until(declined.ceremony, 'consent')).decline()
    expect(await failureOf(declined.ceremony)).toMatchObject({ code: 'CONSENT_DECLINED' })
    const silent = start({ operation: 'enroll' }, { termsTimeout: 1 })
    await until(silent.ceremony, 'consent')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(await failureOf(silent.ceremony)).toMatchObject({ code: 'CONSENT_DECLINED' })
    expect([...declined.cameras, ...silent.cameras]).toEqual([])
  })

  it('takes the word of a page that asked elsewhere, and says so', async () => {
    const { ceremony, names, submissions } = start({ operation: 'enroll' }, { userConsent: true })
    await until(ceremony, 'done')
    expect(names).not.toContain('consent')
    expect(submissions[0]!.consent).toMatchObject({ method: 'integrator' })
  })

  it.each([
    ['a payload over 16 KB', { payload: 'x'.repeat(16_384) }, 'PAYLOAD_TOO_LARGE'],
    ['a weak PIN', { pin: '1234' }, 'PIN_WEAK'],
    ['a time that is no number', { idleTimeout: Number.NaN }, 'REQUEST_INVALID'],
    ['no time at all', { permissionTimeout: 0 }, 'REQUEST_INVALID'],
    ['a session that is none', { session: { session_id: 'x' } as never }, 'REQUEST_INVALID'],
    ['a token that is none', { session: `${token}=` }, 'REQUEST_INVALID'],
  ])('refuses %s before the camera opens', async (_name, options, code) => {
    const settings = { pin: { enroll: 'optional', authenticate: 'off', reject_weak: true } } as const
    const { ceremony, cameras, asked } = start({ operation: 'enroll', settings }, { userConsent: true, ...options })
    expect(await failureOf(ceremony)).toMatchObject({ code })
    expect(cameras).toEqual([])
    expect(asked.reads).toEqual([])
  })

  it.each([Number.POSITIVE_INFINITY, 60_000])('takes a time of %d minutes for a long one', async (termsTimeout) => {
    const { ceremony } = start({ operation: 'enroll' }, { termsTimeout })
    await until(ceremony, 'consent')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(ceremony.state.name).toBe('consent')
    ceremony.cancel()
  })

  it('asks for the texts of the person’s languages, those that the server reads', async () => {
    const locales = ['de-CH', 'x', 'en_US', '*', ...Array.from({ length: 20 }, (_, i) => `en-x${i}`)]
    const { ceremony, asked } = start({}, { locales })
    await until(ceremony, 'done')
    expect(asked.sessions[0]!.locales).toEqual(['de-CH', ...Array.from({ length: 9 }, (_, i) => `en-x${i}`)])
  })

  it('shows the application’s own terms and what will be guessed', async () => {
    const terms = { locale: 'en', purpose: 'To open the gym', text: 'We keep it.' }
    const { ceremony } = start({ operation: 'enroll', settings: { consent_text: terms, attributes: 'age_gate' } })
    expect(await until(ceremony, 'consent')).toMatchObject({ terms, attributes: 'age_gate' })
    ceremony.cancel()
  })

  it('CE75: joins the session that a backend opened, by its token alone', async () => {
    const { ceremony, asked } = start({}, { session: token, locales: ['de-CH', 'en_US'] })
    await until(ceremony, 'done')
    expect(asked.reads).toEqual([{ token, locales: ['de-CH'] }])
    expect(asked.sessions).toEqual([])
  })

  it('CE75: refuses a session that is for something else', async () => {
    const { session } = createWorld({ operation: 'enroll' })
    const { ceremony } = start({ operation: 'authenticate' }, { session })
    expect(await failureOf(ceremony)).toMatchObject({ code: 'BINDING_MISMATCH' })
    const joined = play({ operation: 'enroll' }, {}, 'enroll', (ports, stage) =>
      runCeremony(ports, 'authenticate', { session: token }, stage),
    )
    expect(await failureOf(joined.ceremony)).toMatchObject({ code: 'BINDING_MISMATCH' })
    expect(joined.asked.challenges()).toBe(0)
  })
})

describe('what the server says', () => {
  it('is a refusal with its reason', async () => {
    const { ceremony } = start({ answers: [{ status: 'refused', reason: 'not_recognised' }] })
    const failure = await failureOf(ceremony)
    expect(failure).toBeInstanceOf(Refusal)
    expect(failure).toMatchObject({ reason: 'not_recognised' })
    await expect(ceremony.result).rejects.toBe(failure)
  })

  it('to try again is tried once by itself, then when the person says so, each time under a new challenge', async () => {
    const { ceremony, names, cameras, asked } = start({ answers: [{ status: 'retry' }, { status: 'retry' }] })
    const retry = await until(ceremony, 'retry')
    expect(retry.reason).toBe('not-clear')
    expect(cameras.map(({ isOn }) => isOn)).toEqual([false, false])
    retry.again()
    await until(ceremony, 'done')
    expect(names.filter((name) => name === 'deciding')).toHaveLength(3)
    expect(asked.challenges()).toBe(3)
  })

  it('about an expired challenge leads to another one', async () => {
    const { ceremony, submissions } = start({ answers: [new MienError('CHALLENGE_EXPIRED')] })
    await until(ceremony, 'done')
    expect(submissions).toHaveLength(2)
  })

  it('about anything else ends it', async () => {
    const { ceremony } = start({ answers: [new MienError('RATE_LIMITED')] })
    expect(await failureOf(ceremony)).toMatchObject({ code: 'RATE_LIMITED' })
  })

  it('is asked under a fresh challenge when positioning took longer than the first one lives', async () => {
    const world: World = { answers: [{ status: 'retry' }], challengeSeconds: 40 }
    const { ceremony, asked } = start(world)
    await until(ceremony, 'done')
    // Too short-lived for a capture from the start: asked anew before each window.
    expect(asked.challenges()).toBe(2)
  })
})

describe('the end', () => {
  it('comes at once when the page cancels, with the reason, and nothing after it', async () => {
    const { ceremony, names, cameras } = start({ scene: frameOf() })
    await until(ceremony, 'positioning')
    ceremony.cancel('left the page')
    expect(ceremony.state).toMatchObject({ name: 'failed', failure: { code: 'ABORTED', message: 'left the page' } })
    await vi.advanceTimersByTimeAsync(1000)
    expect(names.at(-1)).toBe('failed')
    expect(cameras[0]!.isOn).toBe(false)
    await expect(ceremony.result).rejects.toMatchObject({ code: 'ABORTED' })
  })

  it.each(['before', 'during'] as const)('comes when the signal aborts %s', async (when) => {
    const controller = new AbortController()
    if (when === 'before') controller.abort()
    const { ceremony } = start({ scene: frameOf() }, { signal: controller.signal })
    if (when === 'during') {
      await until(ceremony, 'positioning')
      controller.abort()
    }
    expect(await failureOf(ceremony)).toMatchObject({ code: 'ABORTED' })
  })

  const never = () => new Promise<never>(() => undefined)
  const enrolling = {
    operation: 'enroll',
    settings: { pin: { enroll: 'required', authenticate: 'off', reject_weak: true } },
  } as const
  const stepUp: SubmissionResponse = { status: 'step_up', submission_id: uuid, methods: ['pin'] }
  it.each<[CeremonyState['name'], World, EnrollOptions]>([
    ['consent', enrolling, {}],
    ['new-pin', enrolling, { userConsent: true }],
    ['intro', { operation: 'enroll' }, { userConsent: true, enrollIntroTimeout: 60 }],
    ['permission', { openCamera: never }, {}],
    ['positioning', { scene: frameOf() }, {}],
    ['active', { script: { actions: ['blink'], still_ms: 1500 } }, {}],
    ['capturing', {}, {}],
    ['deciding', { answers: [never()] }, {}],
    ['pin', { answers: [stepUp] }, {}],
    ['retry', { answers: [{ status: 'retry' }, { status: 'retry' }] }, {}],
  ])('comes at once when the signal aborts in `%s`, with the camera off', async (name, world, options) => {
    const controller = new AbortController()
    const { ceremony, cameras, names } = start(world, { ...options, signal: controller.signal })
    await until(ceremony, name)
    controller.abort()
    expect(ceremony.state).toMatchObject({ name: 'failed', failure: { code: 'ABORTED' } })
    expect(cameras.filter(({ isOn }) => isOn)).toEqual([])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(names.at(-1)).toBe('failed')
  })

  it('comes although a listener throws, and the others hear of it', async () => {
    const reported = vi.fn()
    vi.stubGlobal('reportError', reported)
    const { ceremony, names } = start({})
    const heard: string[] = []
    ceremony.subscribe(() => {
      throw new TypeError('mine')
    })
    ceremony.subscribe((state) => heard.push(state.name))
    await until(ceremony, 'done')
    await expect(ceremony.result).resolves.toMatchObject({ resultCode: token })
    expect([names.at(-1), heard.at(-1)]).toEqual(['done', 'done'])
    expect(reported).toHaveBeenCalledWith(new TypeError('mine'))
    vi.unstubAllGlobals()
  })

  it('is the first one only', async () => {
    const { ceremony } = start({})
    await until(ceremony, 'done')
    ceremony.cancel()
    expect(ceremony.state.name).toBe('done')
    await expect(ceremony.result).resolves.toMatchObject({ resultCode: token })
  })
})
