import { setTimeout as sleep } from 'node:timers/promises'
import { type Subject, subject, subjectList } from '@mien/shared/api/subjects'
import { syntheticPerson } from '../fixtures/synthetic-templates.ts'
import { isPossible, type KillLedger, type LedgerPerson, type LostAnswer } from './kill-ledger.ts'
import { addPerson, askBackend, BackendRefusal, type LoadApplication } from './random-load.ts'
import type { OpenedCeremony } from './simulated-widget.ts'

export interface LedgerFindings {
  /** What was acknowledged and is not as it was, in words. */
  readonly lost: readonly string[]
  /** What was asked for once and is there twice, in words. */
  readonly doubled: readonly string[]
  /** Whose answer was lost and who are there, or not. Both are right. */
  readonly unanswered: { readonly there: number; readonly notThere: number }
}

interface PayloadMark {
  readonly mark: string
  readonly version: number
}

const markOf = (found: Subject | undefined): PayloadMark =>
  (found?.payload ?? { mark: '', version: 0 }) as unknown as PayloadMark

/**
 * Asks the server for everybody of the ledger, and for everybody else who is there.
 *
 * @param asksAgain whether requests whose answer was lost are sent again under their keys, which takes a minute
 */
export async function checkLedger(
  application: LoadApplication,
  ledger: KillLedger,
  asksAgain: boolean,
): Promise<LedgerFindings> {
  const lost: string[] = []
  for (const person of ledger.people) lost.push(...(await whatIsLost(application, person)))
  const known = new Set(ledger.people.map(({ facialId }) => facialId))
  const others = (await everybody(application)).filter((facialId) => !known.has(facialId))
  const marks = new Map<string, string[]>()
  for (const facialId of others) {
    const mark = markOf(await find(application, facialId)).mark
    marks.set(mark, [...(marks.get(mark) ?? []), facialId])
  }
  const doubled: string[] = []
  const checkAnswer = async ({ mark, idempotencyKey }: LostAnswer): Promise<void> => {
    const there = marks.get(mark) ?? []
    marks.delete(mark)
    if (there.length > 1) doubled.push(`one request made ${there.join(' and ')}`)
    if (idempotencyKey === null || !asksAgain) return
    const again = await askAgain(application, { mark, idempotencyKey }, there)
    lost.push(...again.lost)
    doubled.push(...again.doubled)
  }
  await Promise.all(ledger.lostAnswers.map(checkAnswer))
  // Of an answered request, made again.
  for (const [mark, facialIds] of marks) doubled.push(`${facialIds.join(' and ')} of an answered request ${mark}`)
  const there = others.length
  return { lost, doubled, unanswered: { there, notThere: Math.max(0, ledger.lostAnswers.length - there) } }
}

async function whatIsLost(application: LoadApplication, person: LedgerPerson): Promise<string[]> {
  const found = await find(application, person.facialId)
  const { facialId, isErased, payload, pin } = person
  if (found === undefined) return isPossible(isErased, true) ? [] : [`${facialId} is not there`]
  const faults: string[] = []
  if (!isPossible(isErased, false)) faults.push(`${facialId} was erased and is there`)
  const { version } = markOf(found)
  if (!isPossible(payload, version)) faults.push(`${facialId} has payload ${version}`)
  const hasPin = [pin.acknowledged, ...pin.unanswered].map((each) => each !== null)
  if (!hasPin.includes(found.has_pin)) faults.push(`${facialId} has ${found.has_pin ? 'a' : 'no'} PIN`)
  if (person.seed !== null && !(await isRecognised(application, person))) faults.push(`${facialId} is not recognised`)
  return faults
}

/** Of those who have one, last of all: from here on everybody is asked for a PIN. */
export async function findWrongPins({ widget, secretKey }: LoadApplication, ledger: KillLedger): Promise<string[]> {
  const wrong: string[] = []
  for (const person of ledger.people) {
    const pins = [person.pin.acknowledged, ...person.pin.unanswered].filter((pin) => pin !== null)
    const isThere = !person.isErased.acknowledged && person.isErased.unanswered.length === 0
    if (!isThere || person.seed === null || person.pin.acknowledged === null) continue
    const ceremony = await widget.beginFor({ facial_id: person.facialId }, secretKey)
    const asked = await ceremony.submit(ceremony.submission(syntheticPerson(person.seed)))
    const isRight = asked.status === 'step_up' && (await takesOne(ceremony, asked.submission_id, pins))
    if (!isRight) wrong.push(`${person.facialId} has another PIN`)
  }
  return wrong
}

async function takesOne(ceremony: OpenedCeremony, submissionId: string, pins: readonly string[]): Promise<boolean> {
  for (const pin of pins) if ((await ceremony.stepUp(submissionId, pin)).status === 'ok') return true
  return false
}

async function isRecognised({ widget, secretKey }: LoadApplication, person: LedgerPerson): Promise<boolean> {
  person.signIns.unanswered++
  const answer = await widget.verify(person.facialId, secretKey, syntheticPerson(person.seed ?? 0))
  return answer.status === 'ok' && answer.disclosed?.facial_id === person.facialId
}

/** The same request under the same key, once the server takes its first process for dead. */
async function askAgain(
  application: LoadApplication,
  lost: { mark: string; idempotencyKey: string },
  there: readonly string[],
): Promise<Pick<LedgerFindings, 'lost' | 'doubled'>> {
  const facialId = await addWhenFree(application, lost)
  if (facialId === answerLost) {
    const isThere = there.length > 0
    return { lost: isThere ? [] : [`what request ${lost.mark} made, which was carried out, is not there`], doubled: [] }
  }
  const isAnother = there.length > 0 && !there.includes(facialId)
  return { lost: [], doubled: isAnother ? [`a repeat made ${facialId} beside ${there.join(' and ')}`] : [] }
}

const leaseMs = 90_000

/** It was carried out before, and nobody knows any more with which answer. */
const answerLost = 'answer lost'

async function addWhenFree(application: LoadApplication, lost: { mark: string; idempotencyKey: string }) {
  for (const deadline = Date.now() + leaseMs; ; await sleep(1000)) {
    try {
      return await addPerson(application, lost)
    } catch (error) {
      if (!(error instanceof BackendRefusal) || error.status !== 409) throw error
      if (!error.isForNow) return answerLost
      if (Date.now() > deadline) throw error
    }
  }
}

async function find(application: LoadApplication, facialId: string): Promise<Subject | undefined> {
  try {
    return subject.parse(await (await askBackend(application, 'GET', `/v1/subjects/${facialId}`)).json())
  } catch (error) {
    if (error instanceof BackendRefusal && [404, 410].includes(error.status)) return undefined
    throw error
  }
}

async function everybody(application: LoadApplication): Promise<string[]> {
  const found: string[] = []
  let cursor: string | null = null
  do {
    const path: string = `/v1/subjects?limit=100${cursor === null ? '' : `&cursor=${cursor}`}`
    const page = subjectList.parse(await (await askBackend(application, 'GET', path)).json())
    found.push(...page.subjects.map(({ facial_id: facialId }) => facialId))
    cursor = page.next_cursor
  } while (cursor !== null)
  return found
}
