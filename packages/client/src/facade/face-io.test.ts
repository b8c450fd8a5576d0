import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Refusal } from '../ceremony/refusal.ts'
import type { CeremonyResult } from '../ceremony/state.ts'
import { isModalOpen, runModal } from '../ui/modal.ts'
import { faceIO } from './face-io.ts'
import { fioErrCode } from './fio-err-code.ts'

vi.mock('../ui/modal.ts')

const publicId = 'mp_test'
const result: CeremonyResult = {
  operation: 'enroll',
  resultCode: 'code',
  resultExpiresAt: '2026-01-01T00:01:00Z',
  disclosed: { facialId: 'f', payload: { name: 'Ada' }, timestamp: '2026-01-01T00:00:00Z' },
  details: { gender: null, age: null },
}

beforeEach(() => {
  vi.stubGlobal('document', { body: {} })
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
      details: {},
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
    const { signal } = vi.mocked(runModal).mock.calls[0]![0]
    expect(widget.restartSession()).toBe(true)
    expect(signal?.aborted).toBe(true)
  })

  it('says no while another instance has the modal, and on a server', () => {
    vi.mocked(isModalOpen).mockReturnValue(true)
    expect(new faceIO(publicId).restartSession()).toBe(false)
    vi.unstubAllGlobals()
    expect(new faceIO(publicId).restartSession()).toBe(false)
  })
})

it('names all error codes', () => {
  expect(new faceIO(publicId).fetchAllErrorCodes()).toBe(fioErrCode)
})
