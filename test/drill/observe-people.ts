import { identify } from '@mien/shared/policy/identify'
import { argon2Hasher } from '../../packages/server/src/domain/argon2-hasher.ts'
import { nearestSubjects } from '../../packages/server/src/domain/compare.ts'
import type { Database } from '../../packages/server/src/domain/ports.ts'
import { testModel } from '../contract/test-app.ts'
import { syntheticFrame, syntheticPerson } from '../fixtures/synthetic-templates.ts'
import { payloadOf, pinOf, type SeededPeople } from './seed-people.ts'

/** What can be seen of people through the stores, and how they are decided on. */
export interface Observed {
  readonly people: number
  readonly faces: number
  /** Payloads that are what was written. */
  readonly payloads: number
  /** PINs that are taken, each beside a wrong one that is not. */
  readonly pins: number
  readonly consents: number
  /** Decision and scores of each probe, as text. */
  readonly decisions: readonly string[]
  /** Of the decisions, those that name the right person. */
  readonly recognised: number
}

export interface ObserveOptions {
  readonly probes: number
  /** PINs that are tried, spread over all people. */
  readonly pins: number
}

export async function observePeople(
  database: Database,
  seeded: SeededPeople,
  { probes, pins }: ObserveOptions,
): Promise<Observed> {
  const { applicationId, galleryId, ids } = seeded
  const { stores } = database
  let [payloads, consents] = [0, 0]
  for (const [i, id] of ids.entries()) {
    const subject = await stores.subjects.find(applicationId, id)
    if (JSON.stringify(subject?.payload) === JSON.stringify(payloadOf(i)) && subject?.hasPin) payloads++
    const consent = await stores.consents.find(applicationId, id)
    if (consent?.policyVersion === `v${i % 7}`) consents++
  }
  const decisions = await decideOn(database, seeded, probes)
  return {
    people: await stores.subjects.count(applicationId),
    faces: await stores.faces.count({ applicationId, galleryId, modelId: testModel.modelId }),
    payloads,
    consents,
    pins: await countRightPins(database, seeded, pins),
    decisions: decisions.map(({ text }) => text),
    recognised: decisions.filter(({ isRight }) => isRight).length,
  }
}

/** Every other probe is of somebody who is not enrolled. */
async function decideOn(database: Database, seeded: SeededPeople, probes: number) {
  const { applicationId, galleryId, ids } = seeded
  const space = { applicationId, galleryId, modelId: testModel.modelId }
  const keys = await database.stores.applicationKeys.of(applicationId)
  const decided: { readonly text: string; readonly isRight: boolean }[] = []
  for (let probe = 0; probe < probes; probe++) {
    const isEnrolled = probe % 2 === 0
    const i = isEnrolled ? Math.floor((probe * ids.length) / probes) : ids.length + 1_000_000 + probe
    const turned = keys.protect(testModel.modelId, syntheticFrame(syntheticPerson(i + 1), probe + 1, 0.8))
    const facts = await database.transaction((stores) => nearestSubjects(stores, space, turned))
    const verdict = identify(facts, testModel.points)
    // A stored vector is the same to the last bit, so a score is too.
    const best = [...facts.candidates].sort((a, b) => b.score - a.score).slice(0, 2)
    decided.push({
      text: JSON.stringify({ verdict, best, gallerySize: facts.gallerySize }),
      isRight: isEnrolled ? verdict.kind === 'match' && verdict.subjectId === ids[i] : verdict.kind === 'none',
    })
  }
  return decided
}

async function countRightPins(database: Database, { applicationId, ids }: SeededPeople, pins: number): Promise<number> {
  const keys = await database.stores.applicationKeys.of(applicationId)
  let right = 0
  for (let at = 0; at < pins; at++) {
    const i = Math.floor((at * ids.length) / pins)
    const id = ids[i]!
    const [reserved] = await database.stores.pins.reserve(applicationId, [id], 1000)
    if (reserved === undefined) continue
    const fits = (pin: string) => argon2Hasher.verify(reserved.hash, keys.pepper(reserved.pepperVersion, id, pin))
    if ((await fits(pinOf(i))) && !(await fits(pinOf(i + 1)))) right++
    await database.stores.pins.settle(applicationId, reserved, [])
  }
  return right
}
