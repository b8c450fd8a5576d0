import type { ChallengeResponse } from '@mien/shared/api/challenges'
import { expect, it } from 'vitest'
import { createChallenges } from './challenges.ts'
import type { Course } from './course.ts'

/** Challenges of a session that has so many seconds to live. */
function open(sessionSeconds: number) {
  let nowMs = 0
  const at = (seconds: number) => new Date(seconds * 1000).toISOString()
  let asked = 0
  const askChallenge = async () => {
    asked += 1
    const endsAt = Math.min(sessionSeconds, nowMs / 1000 + 120)
    return { expires_at: at(endsAt), expires_in: endsAt - nowMs / 1000 } as ChallengeResponse
  }
  const course = {
    ports: { now: () => nowMs },
    api: { askChallenge },
    session: { client_token: 't', expires_at: at(sessionSeconds), settings: { server_verified: false } },
    device: { key: async () => undefined },
  } as unknown as Course
  const challenges = createChallenges(course)
  /** How many were asked for by then. */
  const askedAt = async (seconds: number) => {
    nowMs = seconds * 1000
    challenges.current()
    await new Promise((resolve) => setTimeout(resolve))
    return asked
  }
  return { askedAt }
}

it('another challenge is asked for when too little is left of one for a capture', async () => {
  const { askedAt } = open(900)
  expect([await askedAt(0), await askedAt(75), await askedAt(76), await askedAt(100)]).toEqual([1, 1, 2, 2])
})

it('[CE14] none is asked for after one that ends with its session: it would end no later, and bring another script', async () => {
  const { askedAt } = open(60)
  expect([await askedAt(0), await askedAt(20), await askedAt(50), await askedAt(59)]).toEqual([1, 1, 1, 1])
})
