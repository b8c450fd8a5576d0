import type { SubmissionResponse } from '@mien/shared/api/submissions'
import { MienError } from '@mien/shared/errors'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { failureOf, start, until, uuid } from './world.fixture.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const asking = (...methods: ('pin' | 'passkey')[]): SubmissionResponse => ({
  status: 'step_up',
  submission_id: uuid,
  methods,
})
const wrong = () => new MienError('PASSKEY_INVALID', { details: { status: 401 } })
const settle = () => vi.advanceTimersByTimeAsync(1)

const declined = () => new MienError('ABORTED')
const pinOnly = asking('pin')
const offering = { passkeys: true } as const

describe('[PK11] a passkey beside the face', () => {
  it('is asked for by a press, and signs what the server drew', async () => {
    const { ceremony, asked } = start({ answers: [asking('passkey')] })
    const state = await until(ceremony, 'passkey')
    expect(state).toMatchObject({ triesLeft: 3, isOpen: false })
    expect(state.ratherPin).toBeUndefined()
    expect(asked.paths).toEqual(['v1/passkey-options'])
    expect(asked.stepUps).toEqual([])
    state.proceed()
    await until(ceremony, 'done')
    expect(asked.stepUps).toMatchObject([{ submission_id: uuid, passkey: { challenge_id: uuid, signature: 'signed' } }])
  })

  it('that the person declines costs no try and no other challenge', async () => {
    const { ceremony, asked } = start({ answers: [asking('passkey')], passkeys: [declined(), declined()] })
    for (let i = 0; i < 2; i++) {
      ;(await until(ceremony, 'passkey')).proceed()
      await settle()
      expect(ceremony.state).toMatchObject({ name: 'passkey', triesLeft: 3, problem: 'not-done', isOpen: false })
    }
    ;(await until(ceremony, 'passkey')).proceed()
    await until(ceremony, 'done')
    expect(asked.paths).toHaveLength(1)
  })

  it('is asked for by the browser once at a time, and another press meanwhile does nothing', async () => {
    const { ceremony, asked } = start({ answers: [asking('passkey')], passkeys: ['never'] })
    const state = await until(ceremony, 'passkey')
    state.proceed()
    expect(ceremony.state).toMatchObject({ name: 'passkey', isOpen: true })
    state.proceed()
    ;(await until(ceremony, 'passkey')).proceed()
    await settle()
    expect(ceremony.state).toMatchObject({ name: 'passkey', isOpen: true })
    expect(asked.stepUps).toEqual([])
  })

  it('that is not accepted is asked for again, under another challenge, and three times at most', async () => {
    const { ceremony, asked } = start({ answers: [asking('passkey')], stepUps: [wrong(), wrong(), wrong()] })
    for (const triesLeft of [3, 2, 1]) {
      const state = await until(ceremony, 'passkey')
      expect(state).toMatchObject({ triesLeft, ...(triesLeft < 3 ? { problem: 'wrong' } : {}) })
      state.proceed()
      await settle()
    }
    expect(await failureOf(ceremony)).toMatchObject({ code: 'PASSKEY_INVALID' })
    expect(asked.paths).toHaveLength(3)
  })

  it('that was taken away meanwhile leaves the PIN', async () => {
    const { ceremony, asked } = start({ answers: [asking('passkey', 'pin')], stepUps: [wrong()] })
    ;(await until(ceremony, 'passkey')).proceed()
    await settle()
    expect(ceremony.state).toMatchObject({ name: 'passkey', triesLeft: 2, problem: 'wrong' })
    ;(await until(ceremony, 'passkey')).ratherPin?.()
    const pin = await until(ceremony, 'pin')
    expect(pin).toMatchObject({ triesLeft: 2 })
    expect(pin.problem).toBeUndefined()
    pin.submit('4711')
    await until(ceremony, 'done')
    expect(asked.stepUps).toMatchObject([{ passkey: {} }, { pin: '4711' }])
  })

  it('gives way to the PIN and comes back, as the person likes', async () => {
    const { ceremony, asked } = start({ answers: [asking('passkey', 'pin')] })
    ;(await until(ceremony, 'passkey')).ratherPin?.()
    await settle()
    ;(await until(ceremony, 'pin')).ratherPasskey?.()
    await settle()
    ;(await until(ceremony, 'passkey')).ratherPin?.()
    await settle()
    ;(await until(ceremony, 'pin')).submit('4711')
    await until(ceremony, 'done')
    expect(asked.stepUps).toEqual([{ submission_id: uuid, pin: '4711' }])
    expect(asked.paths).toHaveLength(1)
  })

  it('gives way to the PIN while an authenticator does not answer, whose question goes away', async () => {
    const { ceremony, asked } = start({ answers: [asking('passkey', 'pin')], passkeys: ['never'] })
    const state = await until(ceremony, 'passkey')
    state.proceed()
    await settle()
    expect(asked.passkeyTalk.cancelled).toBe(0)
    state.ratherPin?.()
    ;(await until(ceremony, 'pin')).submit('4711')
    await until(ceremony, 'done')
    expect(asked.passkeyTalk.cancelled).toBe(1)
  })

  it('of an authenticator that never answers ends with the session, and its question goes away', async () => {
    const { ceremony, asked } = start({ answers: [asking('passkey', 'pin')], passkeys: ['never'] })
    ;(await until(ceremony, 'passkey')).proceed()
    await vi.advanceTimersByTimeAsync(5 * 60_000)
    expect(await failureOf(ceremony)).toMatchObject({ code: 'SESSION_EXPIRED' })
    expect(asked.passkeyTalk.cancelled).toBe(1)
  })

  it('is no longer asked for by the browser when the ceremony is called off', async () => {
    const { ceremony, asked } = start({ answers: [asking('passkey')], passkeys: ['never'] })
    ;(await until(ceremony, 'passkey')).proceed()
    ceremony.cancel()
    expect(await failureOf(ceremony)).toMatchObject({ code: 'ABORTED' })
    await settle()
    expect(asked.passkeyTalk.cancelled).toBe(1)
  })

  it.each([
    ['nothing to sign can be had', { optionsFailures: [new MienError('NETWORK_IO')] }, 'NETWORK_IO'],
    ['the site is not this page’s', { passkeys: [new MienError('ORIGIN_FORBIDDEN')] }, 'ORIGIN_FORBIDDEN'],
    ['the browser knows nothing of it', { passkeys: [new MienError('BROWSER_UNSUPPORTED')] }, 'BROWSER_UNSUPPORTED'],
  ] as const)('falls back to the PIN, or ends, where %s', async (_, world, code) => {
    const press = async (ceremony: ReturnType<typeof start>['ceremony']) => {
      if (!('passkeys' in world)) return
      const state = await until(ceremony, 'passkey')
      state.proceed()
    }
    const both = start({ ...copyOf(world), answers: [asking('passkey', 'pin')] })
    await press(both.ceremony)
    const pin = await until(both.ceremony, 'pin')
    expect(pin.ratherPasskey).toBeUndefined()
    const only = start({ ...copyOf(world), answers: [asking('passkey')] })
    await press(only.ceremony)
    expect(await failureOf(only.ceremony)).toMatchObject({ code })
  })

  it('that comes when the session is over ends with it', async () => {
    const { ceremony } = start({ answers: [asking('passkey', 'pin')], stepUps: [new MienError('SESSION_EXPIRED')] })
    ;(await until(ceremony, 'passkey')).proceed()
    expect(await failureOf(ceremony)).toMatchObject({ code: 'SESSION_EXPIRED' })
  })

  it('asks for no PIN once the session is over', async () => {
    const world = { answers: [asking('passkey', 'pin')], optionsFailures: [new MienError('SESSION_EXPIRED')] }
    expect(await failureOf(start(world).ceremony)).toMatchObject({ code: 'SESSION_EXPIRED' })
  })

  it('is not offered by a browser that has none', async () => {
    const both = start({ answers: [asking('passkey', 'pin')], hasNoPasskeys: true })
    expect((await until(both.ceremony, 'pin')).ratherPasskey).toBeUndefined()
    const only = start({ answers: [asking('passkey')], hasNoPasskeys: true })
    expect(await failureOf(only.ceremony)).toMatchObject({ code: 'BROWSER_UNSUPPORTED' })
  })
})

/** A world uses its lists up. */
const copyOf = (world: object): object =>
  Object.fromEntries(Object.entries(world).map(([name, list]) => [name, [...list]]))

describe('[PK12] a passkey of somebody who was just enrolled', () => {
  const enrolling = { operation: 'enroll', settings: offering } as const

  it('is offered once the server has taken the face, and added', async () => {
    const { ceremony, asked, submissions } = start({ ...enrolling }, { userConsent: true })
    const state = await until(ceremony, 'new-passkey')
    expect(submissions).toHaveLength(1)
    state.add()
    expect(ceremony.state).toMatchObject({ name: 'new-passkey', isOpen: true })
    await until(ceremony, 'done')
    expect(asked.paths).toEqual(['v1/passkey-options', 'v1/passkeys'])
    expect(asked.passkeyTalk.declined).toBe(0)
  })

  it('is left out by a press, which is remembered, and they are enrolled all the same', async () => {
    const { ceremony, asked } = start({ ...enrolling }, { userConsent: true })
    ;(await until(ceremony, 'new-passkey')).skip()
    await until(ceremony, 'done')
    expect(asked.paths).toEqual(['v1/passkey-options'])
    expect(asked.passkeyTalk.declined).toBe(1)
  })

  it('is left out when nobody answers, or no authenticator does, and nothing is remembered', async () => {
    for (const presses of [false, true]) {
      const { ceremony, asked } = start({ ...enrolling, passkeys: ['never'] }, { userConsent: true })
      const state = await until(ceremony, 'new-passkey')
      if (presses) state.add()
      await vi.advanceTimersByTimeAsync(4 * 60_000)
      await until(ceremony, 'done')
      expect(asked.passkeyTalk).toEqual({ declined: 0, cancelled: 1 })
    }
  })

  it('is left out by a press while an authenticator does not answer', async () => {
    const { ceremony, asked } = start({ ...enrolling, passkeys: ['never'] }, { userConsent: true })
    const state = await until(ceremony, 'new-passkey')
    state.add()
    await settle()
    state.skip()
    await until(ceremony, 'done')
    expect(asked.passkeyTalk).toEqual({ declined: 1, cancelled: 1 })
  })

  it('that the browser does not make or the server does not take may be tried again', async () => {
    const world = { ...enrolling, passkeys: [declined()], passkeyFailures: [new MienError('NETWORK_IO')] }
    const { ceremony, asked } = start(world, { userConsent: true })
    ;(await until(ceremony, 'new-passkey')).add()
    await settle()
    expect(ceremony.state).toMatchObject({ name: 'new-passkey', problem: 'not-done', isOpen: false })
    ;(await until(ceremony, 'new-passkey')).add()
    await settle()
    expect(ceremony.state).toMatchObject({ name: 'new-passkey', problem: 'not-taken' })
    ;(await until(ceremony, 'new-passkey')).add()
    await until(ceremony, 'done')
    expect(asked.paths.filter((path) => path === 'v1/passkey-options')).toHaveLength(2)
  })

  it.each([
    ['CONFLICT', 'the authenticator has one for them'],
    ['ORIGIN_FORBIDDEN', 'the site is not this page’s'],
  ] as const)('ends nothing with %s: %s', async (code, _) => {
    const { ceremony } = start({ ...enrolling, passkeys: [new MienError(code)] }, { userConsent: true })
    ;(await until(ceremony, 'new-passkey')).add()
    await until(ceremony, 'done')
  })

  it('is left out for now, and nothing is remembered', async () => {
    const { ceremony, asked } = start({ ...enrolling }, { userConsent: true })
    ;(await until(ceremony, 'new-passkey')).leave()
    await until(ceremony, 'done')
    expect(asked.passkeyTalk.declined).toBe(0)
  })

  describe.each(['script', 'v1/passkey-options', 'v1/passkeys'] as const)('whose %s never comes', (stallsAt) => {
    const stalled = async () => {
      const played = start({ ...enrolling, stallsAt }, { userConsent: true })
      if (stallsAt === 'v1/passkeys') (await until(played.ceremony, 'new-passkey')).add()
      else await until(played.ceremony, 'deciding')
      await settle()
      expect(played.submissions).toHaveLength(1)
      return played
    }

    it('may be left, and they are enrolled all the same', async () => {
      const { ceremony, asked } = await stalled()
      const { state } = ceremony
      if (!('leave' in state)) throw new Error(`Nothing to leave in ${state.name}`)
      expect(state.name).toBe('deciding')
      state.leave()
      await settle()
      expect(ceremony.state.name).toBe('done')
      expect(asked.passkeyTalk.declined).toBe(0)
    })

    it('is waited for while the result still waits, and no longer', async () => {
      const { ceremony } = await stalled()
      await vi.advanceTimersByTimeAsync(4.5 * 60_000)
      expect(ceremony.state.name).toBe('done')
    })

    it('is called off with the ceremony', async () => {
      const { ceremony } = await stalled()
      ceremony.cancel()
      expect(await failureOf(ceremony)).toMatchObject({ code: 'ABORTED' })
    })
  })

  it('is called off with the ceremony', async () => {
    const { ceremony, asked } = start({ ...enrolling, passkeys: ['never'] }, { userConsent: true })
    ;(await until(ceremony, 'new-passkey')).add()
    ceremony.cancel()
    expect(await failureOf(ceremony)).toMatchObject({ code: 'ABORTED' })
    await settle()
    expect(asked.passkeyTalk).toEqual({ declined: 0, cancelled: 1 })
  })

  it.each([
    ['the application has none', { operation: 'enroll', settings: { passkeys: false } }, {}],
    ['the browser has none', { ...enrolling, hasNoPasskeys: true }, {}],
    ['nothing to sign can be had', { ...enrolling, optionsFailures: [new MienError('NETWORK_IO')] }, {}],
    ['the page wants none', enrolling, { passkeys: 'off' }],
  ] as const)('is not offered where %s', async (_, world, options) => {
    const { optionsFailures } = { optionsFailures: [], ...world }
    const { ceremony, names } = start(
      { ...world, optionsFailures: [...optionsFailures] },
      { userConsent: true, ...options },
    )
    await until(ceremony, 'done')
    expect(names).not.toContain('new-passkey')
  })

  it('is offered although somebody declined one on this device, to whom that was', async () => {
    const { ceremony } = start({ ...enrolling, hasDeclinedPasskeys: true, isDeviceUnable: true }, { userConsent: true })
    await until(ceremony, 'new-passkey')
  })
})

describe('[PK12] a passkey of somebody who signs in', () => {
  const signIn = async (world: Parameters<typeof start>[0], options = {}) => {
    const played = start({ settings: offering, answers: [pinOnly], ...world }, options)
    ;(await until(played.ceremony, 'pin')).submit('4711')
    await settle()
    return played
  }

  it('is offered after a PIN', async () => {
    const { ceremony, asked } = await signIn({})
    ;(await until(ceremony, 'new-passkey')).add()
    await until(ceremony, 'done')
    expect(asked.paths).toEqual(['v1/passkey-options', 'v1/passkeys'])
  })

  it.each([
    ['after a face alone', { answers: [] }],
    ['where they have one', { answers: [asking('passkey', 'pin')] }],
    ['where somebody on this device declined one', { hasDeclinedPasskeys: true }],
    ['by a device that can keep none', { isDeviceUnable: true }],
    ['where the server says that more is needed', { optionsFailures: [new MienError('ASSURANCE_TOO_LOW')] }],
  ])('is not offered %s', async (_, world) => {
    const { ceremony, names } = start({ settings: offering, answers: [pinOnly], ...world })
    for (let i = 0; i < 400 && ceremony.state.name !== 'done'; i++) {
      await vi.advanceTimersByTimeAsync(33)
      if (ceremony.state.name === 'passkey') ceremony.state.ratherPin?.()
      if (ceremony.state.name === 'pin') ceremony.state.submit('4711')
    }
    expect(ceremony.state.name).toBe('done')
    expect(names).not.toContain('new-passkey')
  })
})
