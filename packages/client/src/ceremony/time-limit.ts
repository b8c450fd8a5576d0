import { MienError } from '@mien/shared/errors'
import type { EnrollOptions } from './state.ts'

/** FACEIO's names and values, milliseconds a unit: seconds, minutes for the terms. */
const limits = {
  permissionTimeout: { default: 27, unitMs: 1000 },
  termsTimeout: { default: 10, unitMs: 60_000 },
  idleTimeout: { default: 27, unitMs: 1000 },
  replyTimeout: { default: 60, unitMs: 1000 },
} as const

export type TimeLimit = keyof typeof limits

export const timeLimits = Object.keys(limits) as readonly TimeLimit[]

/** A browser's timer that is set for more than 24.8 days (2^31 ms) goes off at once; no session lives for a day. */
const longestMs = 24 * 60 * 60_000

/** @throws MienError REQUEST_INVALID for what is not a time: a timer would take it for none, or a comparison for never */
export function timeLimitMs(options: EnrollOptions, name: TimeLimit): number {
  const given: unknown = options[name] ?? limits[name].default
  if (!(typeof given === 'number' && given > 0)) {
    throw new MienError('REQUEST_INVALID', { message: `${name} has to be a number above 0` })
  }
  return Math.min(given * limits[name].unitMs, longestMs)
}
