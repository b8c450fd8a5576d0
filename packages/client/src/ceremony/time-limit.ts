import { MienError } from '@mien/shared/errors'
import type { EnrollOptions } from './state.ts'

/**
 * FACEIO's names and values, milliseconds a unit: seconds, minutes for the terms. Only an introduction may take no time; FACEIO
 * shows one for 11 seconds, here a page asks for it.
 */
const limits = {
  permissionTimeout: { default: 27, unitMs: 1000, mayBeNone: false },
  termsTimeout: { default: 10, unitMs: 60_000, mayBeNone: false },
  idleTimeout: { default: 27, unitMs: 1000, mayBeNone: false },
  replyTimeout: { default: 60, unitMs: 1000, mayBeNone: false },
  enrollIntroTimeout: { default: 0, unitMs: 1000, mayBeNone: true },
} as const

export type TimeLimit = keyof typeof limits

export const timeLimits = Object.keys(limits) as readonly TimeLimit[]

/** A browser's timer that is set for more than 24.8 days (2^31 ms) goes off at once; no session lives for a day. */
const longestMs = 24 * 60 * 60_000

/** @throws MienError REQUEST_INVALID for what is not a time: a timer would take it for none, or a comparison for never */
export function timeLimitMs(options: EnrollOptions, name: TimeLimit): number {
  const { default: otherwise, unitMs, mayBeNone } = limits[name]
  const given: unknown = options[name] ?? otherwise
  if (!(typeof given === 'number' && (given > 0 || (mayBeNone && given === 0)))) {
    const message = `${name} has to be a number ${mayBeNone ? 'from' : 'above'} 0`
    throw new MienError('REQUEST_INVALID', { message })
  }
  return Math.min(given * unitMs, longestMs)
}
