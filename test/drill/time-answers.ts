import { randomInt, randomUUID } from 'node:crypto'
import { syntheticPerson } from '../fixtures/synthetic-templates.ts'
import { compareTimes, type TimeComparison } from './compare-times.ts'
import type { Claim, OpenedCeremony, SimulatedWidget } from './simulated-widget.ts'

export interface TimedServer {
  readonly url: string
  readonly secretKey: string
  readonly widget: SimulatedWidget
}

/** How much is asked, of each kind. */
export interface Extent {
  readonly requestsEach: number
  /** After so long no more is asked; what was is compared. */
  readonly maxMs: number
  readonly onProgress: (kind: string, done: number) => void
}

export interface TimedKind extends TimeComparison {
  readonly kind: string
  readonly requestsEach: number
}

type Side = 'known' | 'unknown'

/** Answers that are free, before there is a wait: afterwards every answer is thrown away. */
const freeFailures = 5

/** @returns how long the work took, in milliseconds */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

/** Asks both kinds in turn, and in an order of chance within each turn, so that what else the machine does falls on both. */
async function interleave(
  kind: string,
  { requestsEach, maxMs, onProgress }: Extent,
  ask: (side: Side, i: number) => Promise<number>,
): Promise<TimedKind> {
  const times: Record<Side, number[]> = { known: [], unknown: [] }
  const endsAt = performance.now() + maxMs
  for (let i = 0; i < requestsEach && performance.now() < endsAt; i++) {
    const order: Side[] = randomInt(2) === 0 ? ['known', 'unknown'] : ['unknown', 'known']
    for (const side of order) times[side].push(await ask(side, i))
    onProgress(kind, i + 1)
  }
  return { kind, requestsEach: times.known.length, ...compareTimes(times.known, times.unknown) }
}

let seed = 6_000_000

/** A stranger's face for somebody who is there, and for somebody who is not. */
async function timeClaims(
  { widget, secretKey }: TimedServer,
  kind: string,
  extent: Extent,
  claims: Readonly<Record<Side, readonly Claim[]>>,
): Promise<TimedKind> {
  return interleave(kind, extent, async (side, i) => {
    const ceremony = await widget.beginFor(claims[side][Math.floor(i / freeFailures)]!, secretKey)
    const submission = ceremony.submission(syntheticPerson(seed++))
    return timed(() => ceremony.submit(submission))
  })
}

/** Enrolls as many people as are needed for all tries to be free, or as time allows. */
async function enrollPeople({ widget, secretKey }: TimedServer, count: number, { maxMs, onProgress }: Extent) {
  const people: { facialId: string; userRef: string }[] = []
  const endsAt = performance.now() + maxMs
  while (people.length < count && (people.length < 2 || performance.now() < endsAt)) {
    const userRef = `user-${people.length}`
    const ceremony = await widget.beginFor({ user_ref: userRef }, secretKey, 'enroll')
    const answer = await ceremony.submit(ceremony.submission(syntheticPerson(seed++)))
    // One in a thousand strangers looks like somebody.
    if (answer.status === 'ok' && answer.disclosed) people.push({ facialId: answer.disclosed.facial_id, userRef })
    onProgress('enrolment', people.length)
  }
  return people
}

/** Facial ids and references of people who are there, and of nobody. */
export async function timePeople(server: TimedServer, extent: Extent): Promise<readonly TimedKind[]> {
  const enrolled = await enrollPeople(server, 2 * Math.ceil(extent.requestsEach / freeFailures), extent)
  const perKind = enrolled.length >> 1
  const within = { ...extent, requestsEach: Math.min(extent.requestsEach, perKind * freeFailures) }
  const byId = enrolled.slice(0, perKind).map(({ facialId }) => ({ facial_id: facialId }))
  const byRef = enrolled.slice(perKind).map(({ userRef }) => ({ user_ref: userRef }))
  return [
    await timeClaims(server, 'facial id', within, {
      known: byId,
      unknown: byId.map(() => ({ facial_id: randomUUID() })),
    }),
    await timeClaims(server, 'user_ref', within, {
      known: byRef,
      unknown: byRef.map((_, i) => ({ user_ref: `none-${i}` })),
    }),
  ]
}

/** A key whose last character alone is wrong, and one of which nothing is right. */
export function timeKeys({ url, secretKey }: TimedServer, extent: Extent): Promise<TimedKind> {
  const address = new URL('/v1/settings', url)
  const nearly = `${secretKey.slice(0, -1)}${secretKey.endsWith('A') ? 'B' : 'A'}`
  return interleave('API key prefix', extent, async (side) => {
    const key = side === 'known' ? nearly : `mk_${randomUUID().replaceAll('-', '')}${secretKey.slice(35)}`
    return timed(async () => {
      const answer = await fetch(address, { headers: { authorization: `Bearer ${key}` } })
      if (answer.status !== 401) throw new Error(`the server answered ${answer.status}`)
      await answer.text()
    })
  })
}

const rightPin = '826401'

/** A PIN whose last digit alone is wrong, and one of which nothing is right. The application asks everybody for a PIN. */
export async function timePins({ url, secretKey, widget }: TimedServer, extent: Extent): Promise<TimedKind> {
  const person = syntheticPerson(seed++)
  const enrolled = await widget.run('enroll', person, { pin: rightPin })
  if (enrolled.status !== 'ok' || enrolled.disclosed === null) throw new Error('nobody was enrolled')
  const pinAddress = new URL(`/v1/subjects/${enrolled.disclosed.facial_id}/pin`, url)
  let asked = 0
  let current: { ceremony: OpenedCeremony; submissionId: string } | undefined

  /** Two guesses a session, and four sessions a lock: all of them are looked at. */
  const nextSession = async () => {
    if (asked % 8 === 0) {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${secretKey}` }
      await fetch(pinAddress, { method: 'PUT', headers, body: JSON.stringify({ pin: rightPin }) })
    }
    const ceremony = await widget.begin('authenticate')
    const answer = await ceremony.submit(ceremony.submission(person))
    if (answer.status !== 'step_up') throw new Error(`no PIN was asked for: ${JSON.stringify(answer)}`)
    return { ceremony, submissionId: answer.submission_id }
  }
  return interleave('PIN', extent, async (side) => {
    if (asked % 2 === 0) current = await nextSession()
    asked++
    const { ceremony, submissionId } = current!
    return timed(() => ceremony.stepUp(submissionId, side === 'known' ? '826402' : '139575'))
  })
}
