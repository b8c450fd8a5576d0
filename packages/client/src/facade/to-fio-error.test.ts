import { refusalReasons } from '@mien/shared/api/submissions'
import { errorCodes, MienError } from '@mien/shared/errors'
import { describe, expect, it } from 'vitest'
import { Refusal } from '../ceremony/refusal.ts'
import { notReady } from '../offline/readiness.ts'
import { type FioErrName, fioErrCode } from './fio-err-code.ts'
import { FioError } from './fio-error.ts'
import { toFioError } from './to-fio-error.ts'

/** The names that `fetchAllErrorCodes()` of fiojs 3.0.0 gives, in the order of their numbers from 1. */
const faceioNames: readonly FioErrName[] = [
  'PERMISSION_REFUSED',
  'NO_FACES_DETECTED',
  'UNRECOGNIZED_FACE',
  'MANY_FACES',
  'PAD_ATTACK',
  'FACE_MISMATCH',
  'NETWORK_IO',
  'WRONG_PIN_CODE',
  'PROCESSING_ERR',
  'UNAUTHORIZED',
  'TERMS_NOT_ACCEPTED',
  'UI_NOT_READY',
  'SESSION_EXPIRED',
  'TIMEOUT',
  'TOO_MANY_REQUESTS',
  'EMPTY_ORIGIN',
  'FORBIDDEN_ORIGIN',
  'FORBIDDEN_COUNTRY',
  'UNIQUE_PIN_REQUIRED',
  'SESSION_IN_PROGRESS',
  'FACE_DUPLICATION',
  'MINORS_NOT_ALLOWED',
  'UPGRADE_REQUIRED',
  'ABORTED_BY_USER',
]

describe('the numbers of FACEIO', () => {
  it('are its 24, from 1 in its order', () => {
    expect(Object.entries(fioErrCode)).toEqual(faceioNames.map((name, index) => [name, index + 1]))
  })

  it('can be read under two older spellings, which are not listed', () => {
    const { FORBIDDDEN_ORIGIN, FORBIDDDEN_COUNTRY } = fioErrCode as unknown as Record<string, number>
    expect([FORBIDDDEN_ORIGIN, FORBIDDDEN_COUNTRY]).toEqual([17, 18])
  })

  it('are each what something of ours becomes', () => {
    const failures = [
      ...errorCodes.map((code) => new MienError(code)),
      ...refusalReasons.map((reason) => new Refusal(reason)),
    ]
    const seen = new Set(failures.map((failure) => toFioError(failure).code))
    expect([...seen].sort((a, b) => a - b)).toEqual(faceioNames.map((_, index) => index + 1))
  })

  it.each([
    [new Refusal('not_recognised'), 'UNRECOGNIZED_FACE'],
    [new Refusal('duplicate'), 'FACE_DUPLICATION'],
    [new Refusal('mismatch'), 'FACE_MISMATCH'],
    [new Refusal('pin_wrong'), 'WRONG_PIN_CODE'],
    [new Refusal('spoof'), 'PAD_ATTACK'],
    [new Refusal('quota'), 'UPGRADE_REQUIRED'],
    [new MienError('CAMERA_NOT_FOUND'), 'PERMISSION_REFUSED'],
    [new MienError('IDLE_TIMEOUT'), 'NO_FACES_DETECTED'],
    [new MienError('MANY_FACES'), 'MANY_FACES'],
    [new MienError('ABORTED'), 'ABORTED_BY_USER'],
    [new DOMException('gone', 'AbortError'), 'ABORTED_BY_USER'],
    [new TypeError('a bug'), 'PROCESSING_ERR'],
  ] as const)('%s is %s', (failure, name) => {
    expect(toFioError(failure).code).toBe(fioErrCode[name])
  })
})

describe('a FioError', () => {
  const refused = toFioError(new Refusal('duplicate'))

  it('compares like the bare number that FACEIO rejects with', () => {
    expect(+refused).toBe(21)
    // biome-ignore lint/suspicious/noDoubleEquals: this is what callers of FACEIO write
    expect((refused as unknown) == 21).toBe(true)
  })

  it('says whether somebody was refused or something failed', () => {
    expect(refused).toMatchObject({ reason: 'duplicate', mienCode: null })
    expect(toFioError(new MienError('NETWORK_IO'))).toMatchObject({ reason: null, mienCode: 'NETWORK_IO' })
  })

  it('[OF9] says whether this device decided alone, and why it was no help', () => {
    expect(refused).toMatchObject({ offline: false, notReady: null })
    expect(toFioError(new Refusal('not_recognised', true))).toMatchObject({
      code: fioErrCode.UNRECOGNIZED_FACE,
      offline: true,
      notReady: null,
      message: 'The device refused: not_recognised',
    })
    const { code, mienCode, offline, notReady: why, message } = toFioError(notReady('clock'))
    expect({ code, mienCode, offline, why }).toEqual({ code: 7, mienCode: 'NETWORK_IO', offline: true, why: 'clock' })
    expect(message).toContain('reach the server once')
    expect(toFioError(notReady('full'))).toMatchObject({ mienCode: 'STORAGE_FULL', notReady: 'full' })
    expect(toFioError(new MienError('NETWORK_IO'))).toMatchObject({ offline: false, notReady: null })
  })

  it('is an Error that keeps its cause, and is not wrapped twice', () => {
    const cause = new MienError('INTERNAL')
    const error = toFioError(cause)
    expect(error).toBeInstanceOf(Error)
    expect(error.cause).toBe(cause)
    expect(toFioError(error)).toBe(error)
    expect(new FioError(fioErrCode.TIMEOUT, { message: 'late' }).message).toBe('late')
  })
})
