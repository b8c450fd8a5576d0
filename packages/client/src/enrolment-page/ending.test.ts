import { FioError, fioErrCode, MienError } from '@mien/client'
import { describe, expect, it } from 'vitest'
import { Refusal } from '../ceremony/refusal.ts'
import { toFioError } from '../facade/to-fio-error.ts'
import { endingOf } from './ending.ts'

describe('EP3: what a call of the widget ends in', () => {
  it.each([
    ['CAMERA_DENIED', 'camera-denied'],
    ['CAMERA_NOT_FOUND', 'camera-missing'],
    ['CAMERA_BUSY', 'camera-busy'],
    ['CAMERA_LOST', 'camera-lost'],
    ['INSECURE_CONTEXT', 'insecure'],
    ['BROWSER_UNSUPPORTED', 'browser'],
    ['RUNTIME_UNAVAILABLE', 'browser'],
    ['NETWORK_IO', 'network'],
    ['REPLY_TIMEOUT', 'server-slow'],
    ['SESSION_EXPIRED', 'expired'],
    ['CHALLENGE_USED', 'used'],
  ] as const)('is, for %s, %s', (code, kind) => {
    expect(endingOf(toFioError(new MienError(code)))).toEqual({ kind })
  })

  it.each(['ABORTED', 'CONSENT_DECLINED', 'IDLE_TIMEOUT', 'MANY_FACES', 'SPOOF_SUSPECTED'] as const)(
    'is, for %s, that the person may start again',
    (code) => expect(endingOf(toFioError(new MienError(code)))).toBeNull(),
  )

  it('is, for a refusal, what the person can do about it', () => {
    expect(endingOf(toFioError(new Refusal('duplicate')))).toEqual({ kind: 'duplicate' })
    expect(endingOf(toFioError(new Refusal('too_many')))).toEqual({ kind: 'expired' })
    expect(endingOf(toFioError(new Refusal('minor')))).toEqual({ kind: 'minor' })
    expect(endingOf(toFioError(new Refusal('mismatch')))).toBeNull()
    expect(endingOf(toFioError(new Refusal('quota')))).toEqual({ kind: 'fault', code: 'quota' })
  })

  it('is a code for whatever somebody else has to mend', () => {
    expect(endingOf(toFioError(new MienError('BINDING_MISMATCH')))).toEqual({ kind: 'fault', code: 'BINDING_MISMATCH' })
    expect(endingOf(new FioError(fioErrCode.UNAUTHORIZED, { message: 'No' }))).toEqual({
      kind: 'fault',
      code: 'UNAUTHORIZED',
    })
    expect(endingOf(new TypeError('x'))).toEqual({ kind: 'fault' })
  })
})
