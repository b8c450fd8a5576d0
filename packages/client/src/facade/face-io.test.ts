import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest'
import { Refusal } from '../ceremony/refusal.ts'
import type { CeremonyResult } from '../ceremony/state.ts'
import type { OfflineDevice } from '../offline/offline-device.ts'
import { isModalOpen, runModal } from '../ui/modal.ts'
import { createOfflineUi, type OfflineUi } from '../ui/offline-ui.ts'
import { faceIO } from './face-io.ts'
import type { FaceIoAuthenticated, FaceIoEnrolled } from './face-io-types.ts'
import { fioErrCode } from './fio-err-code.ts'

vi.mock('../ui/modal.ts')
vi.mock('../ui/offline-ui.ts')

const publicId = 'mp_test'
const result: CeremonyResult = {
  operation: 'enroll',
  resultCode: 'code',
  resultExpiresAt: '2026-01-01T00:01:00Z',
  disclosed: { facialId: 'f', payload: { name: 'Ada' }, timestamp: '2026-01-01T00:00:00Z' },
  details: { gender: 'female', age: 36 },
}

const mounts = new Map<string, object>()

beforeEach(() => {
  mounts.clear()
  vi.stubGlobal('document', { body: {}, getElementById: (id: string) => mounts.get(id) ?? null })
  vi.stubGlobal('navigator', { languages: ['en'] })
  vi.mocked(isModalOpen).mockReturnValue(false)
  vi.mocked(runModal).mockReset().mockResolvedValue(result)
})
afterEach(() => vi.unstubAllGlobals())

describe('what enroll and authenticate resolve with', () => {
  it('has the fields of FACEIO and the code to redeem', async () => {
    const redeemable = { resultCode: 'code', resultExpiresAt: '2026-01-01T00:01:00Z' }
    expect(await new faceIO(publicId).enroll()).toEqual({
      facialId: 'f',
      timestamp: '2026-01-01T00:00:00Z',
      details: { gender: 'female', age: 36 },
      ...redeemable,
    })
    expect(await new faceIO(publicId).authenticate()).toEqual({
      facialId: 'f',
      payload: { name: 'Ada' },
      ...redeemable,
    })
  })

  it('is the code alone when the application tells pages nothing', async () => {
    vi.mocked(runModal).mockResolvedValue({ ...result, disclosed: null })
    expect(await new faceIO(publicId).enroll()).toMatchObject({ facialId: null, timestamp: null, resultCode: 'code' })
    expect(await new faceIO(publicId).authenticate()).toMatchObject({ facialId: null, payload: null })
  })
})

describe('[OF9] what they resolve with where the server could not be reached', () => {
  const claim = {
    offline: true,
    level: 'A0-offline',
    activeCheck: 'none',
    eventId: 'e',
    timestamp: '2026-01-01T00:00:00Z',
  } as const
  const kiosk = () => new faceIO(publicId, { offline: 'kiosk' })

  it('is a claim: who was recognised, and nothing to redeem', async () => {
    vi.mocked(runModal).mockResolvedValue({ operation: 'authenticate', facialId: 'f', ...claim })
    const result = await kiosk().authenticate()
    expect(result).toEqual({ ...claim, facialId: 'f' })
    expectTypeOf(result).not.toHaveProperty('resultCode')
    if (!result.offline) expectTypeOf(result.resultCode).toBeString()
  })

  it('is a draft that is nobody yet', async () => {
    vi.mocked(runModal).mockResolvedValue({ operation: 'enroll', facialId: null, ...claim })
    expect(await kiosk().enroll()).toEqual({ ...claim, draft: true, facialId: null })
  })

  it('is, for pages without the option, typed as it always was', () => {
    const page = new faceIO(publicId)
    expectTypeOf(page.enroll).returns.resolves.toEqualTypeOf<FaceIoEnrolled>()
    expectTypeOf(page.authenticate).returns.resolves.toEqualTypeOf<FaceIoAuthenticated>()
  })

  it('looks as ever where the server was there', async () => {
    expect(await kiosk().authenticate()).not.toHaveProperty('offline')
  })

  it('is shown and said in words that only a page with the option fetches', async () => {
    const ui = {} as OfflineUi
    vi.mocked(createOfflineUi).mockReset().mockReturnValue(ui)
    await new faceIO(publicId).authenticate()
    expect(createOfflineUi).not.toHaveBeenCalled()
    await kiosk().authenticate()
    expect(vi.mocked(runModal).mock.calls.map(([{ offline }]) => offline)).toEqual([undefined, ui])
  })

  it('comes from a device that the page reaches through it', async () => {
    const page = kiosk()
    const opened = {} as OfflineDevice
    vi.spyOn(page.client, 'openOffline').mockResolvedValue(opened)
    expect(await page.openOffline()).toBe(opened)
    await expect(new faceIO(publicId).openOffline()).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
  })
})

describe('what the calls that look at a face resolve with', () => {
  const timestamp = '2026-01-01T00:00:00Z'

  it('is, for liveness, that the face is live', async () => {
    vi.mocked(runModal).mockResolvedValue({ operation: 'liveness', live: 0.97, timestamp })
    expect(await new faceIO(publicId).liveness()).toEqual({ live: true, probability: 0.97, timestamp })
  })

  it('is, for ageVerify, the guess and whether it reaches what the application asks for', async () => {
    const details = { gender: 'male', age: 17 } as const
    const result = { operation: 'age_verify', details, minimumAge: 18, ofAge: false, timestamp } as const
    vi.mocked(runModal).mockResolvedValue(result)
    expect(await new faceIO(publicId).ageVerify()).toEqual({ ...details, minimumAge: 18, ofAge: false, timestamp })
  })
})

describe('what is asked of the ceremony', () => {
  /** Runs the ceremony that the modal would, and says with what it was made. */
  async function optionsOf(call: (widget: faceIO) => Promise<unknown>): Promise<unknown> {
    const widget = new faceIO(publicId)
    const enroll = vi.spyOn(widget.client, 'enroll')
    await call(widget)
    vi.mocked(runModal).mock.calls[0]![0].start()
    return enroll.mock.calls[0]![0]
  }

  it("has FACEIO's introduction of 11 seconds, unless the page wants another", async () => {
    expect(await optionsOf((widget) => widget.enroll())).toMatchObject({ enrollIntroTimeout: 11 })
    vi.mocked(runModal).mockClear()
    expect(await optionsOf((widget) => widget.enroll({ enrollIntroTimeout: 0 }))).toMatchObject({
      enrollIntroTimeout: 0,
    })
  })

  it('has the languages of the person', async () => {
    vi.stubGlobal('navigator', { languages: ['de-AT', 'fr'] })
    const options = await optionsOf((widget) => widget.enroll({ locale: 'ja' }))
    expect(options).toMatchObject({ locales: ['ja', 'de-AT', 'fr'] })
  })

  it('is the same under all names of FACEIO', async () => {
    const widget = new faceIO(publicId)
    for (const name of ['enroll', 'enrol', 'register', 'record'] as const) await widget[name]()
    for (const name of ['authenticate', 'auth', 'recognize', 'identify'] as const) await widget[name]()
    const operations = vi.mocked(runModal).mock.calls.map(([{ operation }]) => operation)
    expect(operations).toEqual([...Array(4).fill('enroll'), ...Array(4).fill('authenticate')])
  })

  it('is shown in the theme and the place that the page has for it', async () => {
    await new faceIO(publicId).enroll()
    const place = {}
    mounts.set('faceio-modal', place)
    await new faceIO(publicId, { theme: 'dark' }).enroll()
    const shown = vi.mocked(runModal).mock.calls.map(([{ theme, container }]) => ({ theme, container }))
    expect(shown).toEqual([{}, { theme: 'dark', container: place }])
  })

  it('can be watched', async () => {
    const onState = vi.fn()
    const widget = new faceIO(publicId)
    await widget.authenticate({ onState })
    const ceremony = vi.mocked(runModal).mock.calls[0]![0].start()
    ceremony.cancel()
    expect(onState).toHaveBeenCalledWith(expect.objectContaining({ name: 'failed' }))
  })
})

describe('what they reject with', () => {
  it('is an error with the number of FACEIO', async () => {
    vi.mocked(runModal).mockRejectedValue(new Refusal('not_recognised'))
    await expect(new faceIO(publicId).authenticate()).rejects.toMatchObject({ code: 3, reason: 'not_recognised' })
  })

  it('is the bare number for who asks for legacyErrors', async () => {
    vi.mocked(runModal).mockRejectedValue(new Refusal('not_recognised'))
    await expect(new faceIO(publicId, { legacyErrors: true }).authenticate()).rejects.toBe(3)
  })

  it('is SESSION_IN_PROGRESS instead of a second modal', async () => {
    vi.mocked(isModalOpen).mockReturnValue(true)
    await expect(new faceIO(publicId).enroll()).rejects.toMatchObject({ code: fioErrCode.SESSION_IN_PROGRESS })
    expect(runModal).not.toHaveBeenCalled()
  })

  it('is SESSION_IN_PROGRESS also for a call that comes while the words of the first one load', async () => {
    const first = new faceIO(publicId).enroll()
    const second = new faceIO('mp_other').authenticate()
    await expect(second).rejects.toMatchObject({ code: fioErrCode.SESSION_IN_PROGRESS })
    await first
    expect(runModal).toHaveBeenCalledTimes(1)
    await new faceIO('mp_other').authenticate()
  })

  it.each([
    ['idleTimeout', '27', 'a number above 0'],
    ['termsTimeout', 0, 'a number above 0'],
    ['replyTimeout', Number.NaN, 'a number above 0'],
    ['enrollIntroTimeout', -1, 'a number of seconds'],
    ['locale', 1, 'a string'],
    ['motion', 'none', "'auto' or 'still'"],
    ['flashes', 'on', "'auto' or 'off'"],
    ['passkeys', 'on', "'auto' or 'off'"],
    ['nonce', 1, 'a string'],
    ['userConsent', 'yes', 'true, false or'],
    ['showAbortBtn', 1, 'true or false'],
    ['pin', 7, 'a string, so that it keeps its zeros'],
    ['signal', {}, 'an AbortSignal'],
    ['onState', {}, 'a function'],
    ['session', 'A'.repeat(42), 'a client token, or the answer'],
    ['session', null, 'a client token, or the answer'],
  ])('names the parameter %s = %j and what it has to be', async (name, value, words) => {
    const error = await new faceIO(publicId).enroll({ [name]: value }).catch((failure) => failure)
    expect(error).toMatchObject({ code: fioErrCode.PROCESSING_ERR, mienCode: 'REQUEST_INVALID' })
    expect(error.message).toContain(`${name} has to be ${words}`)
    expect(runModal).not.toHaveBeenCalled()
  })

  it('says that parameters come in an object, and lets unknown ones through', async () => {
    const call = (options: unknown) => new faceIO(publicId).authenticate(options as object)
    for (const options of ['auto', null]) await expect(call(options)).rejects.toThrow('have to be an object')
    await expect(call({ somethingNew: 1 })).resolves.toMatchObject({ facialId: 'f' })
  })

  it('is UI_NOT_READY on a server and before there is a body', async () => {
    vi.stubGlobal('document', { body: null })
    await expect(new faceIO(publicId).enroll()).rejects.toMatchObject({ code: fioErrCode.UI_NOT_READY })
    vi.unstubAllGlobals()
    await expect(new faceIO(publicId).enroll()).rejects.toMatchObject({ code: fioErrCode.UI_NOT_READY })
  })

  it('is UI_NOT_READY in a browser that is too old, with a signal or without', async () => {
    const { signal } = new AbortController()
    vi.stubGlobal('AbortSignal', class {})
    for (const options of [{}, { signal }]) {
      const error = new faceIO(publicId).authenticate(options)
      await expect(error).rejects.toMatchObject({ code: fioErrCode.UI_NOT_READY, mienCode: 'BROWSER_UNSUPPORTED' })
    }
    expect(runModal).not.toHaveBeenCalled()
  })

  it('is told before anything is shown when the payload cannot be stored', async () => {
    const error = new faceIO(publicId).enroll({ payload: 'x'.repeat(16_385) })
    await expect(error).rejects.toMatchObject({ code: fioErrCode.PROCESSING_ERR, mienCode: 'PAYLOAD_TOO_LARGE' })
    expect(runModal).not.toHaveBeenCalled()
  })

  it('is ABORTED_BY_USER for a signal that has fired already', async () => {
    const error = new faceIO(publicId).authenticate({ signal: AbortSignal.abort() })
    await expect(error).rejects.toMatchObject({ code: fioErrCode.ABORTED_BY_USER })
    expect(runModal).not.toHaveBeenCalled()
  })
})

describe('restartSession', () => {
  it('ends what this instance has open', async () => {
    vi.mocked(runModal).mockReturnValue(new Promise(() => undefined))
    const widget = new faceIO(publicId)
    void widget.enroll()
    await vi.waitFor(() => expect(runModal).toHaveBeenCalled(), { timeout: 20_000 })
    const { signal } = vi.mocked(runModal).mock.calls[0]![0]
    expect(widget.restartSession()).toBe(true)
    expect(signal?.aborted).toBe(true)
  })

  it('ends what has not opened yet, so that the next call is the one that opens; may be awaited, and ignores arguments', async () => {
    const widget = new faceIO(publicId)
    const first = widget.enroll()
    expect(await widget.restartSession({})).toBe(true)
    const second = widget.authenticate()
    await expect(first).rejects.toMatchObject({ code: fioErrCode.ABORTED_BY_USER })
    await second
    expect(vi.mocked(runModal).mock.calls.map(([{ operation }]) => operation)).toEqual(['authenticate'])
  })

  it('says no while another instance has the modal, and on a server', () => {
    vi.mocked(isModalOpen).mockReturnValue(true)
    expect(new faceIO(publicId).restartSession()).toBe(false)
    vi.unstubAllGlobals()
    expect(new faceIO(publicId).restartSession()).toBe(false)
  })
})

describe('dispose', () => {
  it('ends what is open and the worker; a later call is possible', async () => {
    const widget = new faceIO(publicId)
    const stop = vi.spyOn(widget.client.vision, 'stop')
    const call = widget.enroll()
    widget.dispose()
    await expect(call).rejects.toMatchObject({ code: fioErrCode.ABORTED_BY_USER })
    expect(stop).toHaveBeenCalledOnce()
    await expect(widget.enroll()).resolves.toMatchObject({ facialId: 'f' })
  })

  it('is possible on a server, where there is nothing to end', () => {
    vi.unstubAllGlobals()
    expect(() => new faceIO(publicId).dispose()).not.toThrow()
  })
})

it('names all error codes', () => {
  expect(new faceIO(publicId).fetchAllErrorCodes()).toBe(fioErrCode)
})
