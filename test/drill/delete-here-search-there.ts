import { setTimeout as sleep } from 'node:timers/promises'
import type { SubmissionResponse } from '@mien/shared/api/submissions'
import { openSeeding } from '../../packages/server/src/db/open-seeding.fixture.ts'
import { enrolPeople } from '../bench/load/enrolled-people.ts'
import type { ServerPair } from '../rig/server-pair.ts'
import { fromAnywhere } from './from-anywhere.ts'
import { openApplication } from './open-application.ts'
import { createSimulatedWidget, HttpRefusal, type SimulatedWidget } from './simulated-widget.ts'

export interface DeletionFigures {
  readonly trials: number
  /** People in the gallery at the beginning; those of the trials leave it. */
  readonly people: number
  /** Deleted people who were recognised afterwards. Must be 0. */
  readonly found: number
  /** What the searches were answered: reason or status -> count. */
  readonly answers: Readonly<Record<string, number>>
  /** Searches that were begun again because the server was too busy. */
  readonly repeated: number
  /** People who were recognised before they were deleted, of those who were tried: that the searches do find. */
  readonly controls: {
    readonly tried: number
    readonly recognised: number
    readonly answers: Readonly<Record<string, number>>
  }
  /** What searched at the end, as each server says. */
  readonly engines: readonly string[]
}

export interface DeletionOptions {
  readonly trials: number
  /** Who stays to the end: enough for the gallery to be searched in memory. */
  readonly others: number
  readonly onProgress?: (done: number) => void
}

/** Trials that run at once. */
const lanes = 8

/** Every so many somebody signs in before they are deleted. */
const controlEvery = 20

/** Longest wait for the gallery to be in the memory of both servers. */
const patienceMs = 120_000

/**
 * Deletes people over one server and, as soon as that is acknowledged, lets them sign in over the other, which had prepared everything but
 * the search before: each server has its turn at either. Both have to trust one proxy.
 */
export async function deleteHereSearchThere(pair: ServerPair, options: DeletionOptions): Promise<DeletionFigures> {
  const { trials, others, onProgress = () => {} } = options
  const people = trials + others
  const [here] = pair.servers
  const { applicationId, publicId, secretKey } = await openApplication(here, 'deletions', {
    failed_searches_per_hour: 1_000_000,
    max_identify_gallery: 1_000_000,
  })
  const seeding = await openSeeding(pair.databaseUrl, pair.masterKey)
  const { frameOf } = await enrolPeople(seeding, { applicationId, people, devices: 0 })
  const rows = await seeding.database.query('select subject_id from faces where application_id = $1 order by id', [
    applicationId,
  ])
  const facialIds = rows.map(({ subject_id }) => String(subject_id))
  await seeding.database.close()

  let seed = 1
  const framesOf = (person: Float32Array) => {
    // The person is only a number here: see `numbered`.
    const i = person[0]!
    return [0, 1, 2].map(() => frameOf(i, seed++))
  }
  const widgets = pair.servers.map(({ url }) => createSimulatedWidget(url, publicId, framesOf, fromAnywhere()))
  const authorization = `Bearer ${secretKey}`

  const engineOf = async (url: string): Promise<string> => {
    const answer = await fetch(new URL('/v1/stats', url), { headers: { authorization } })
    const { galleries } = (await answer.json()) as { galleries?: readonly { engine?: string }[] }
    return galleries?.[0]?.engine ?? 'unknown'
  }
  const warm = async (widget: SimulatedWidget, url: string): Promise<void> => {
    for (const until = performance.now() + patienceMs; performance.now() < until; await sleep(200)) {
      await widget.run('authenticate', numbered(people - 1))
      if ((await engineOf(url)) === 'memory') return
    }
  }
  await Promise.all(pair.servers.map(({ url }, i) => warm(widgets[i]!, url)))

  const answers: Record<string, number> = {}
  const controls = { tried: 0, recognised: 0, answers: {} as Record<string, number> }
  let [found, next, done, repeated] = [0, 0, 0, 0]

  /** @throws HttpRefusal unless it is acknowledged that nobody is there any more */
  const remove = async (url: string, facialId: string): Promise<void> => {
    const { status } = await fetch(new URL(`/v1/subjects/${facialId}`, url), {
      method: 'DELETE',
      headers: { authorization },
    })
    // Whoever asks again after no answer may find that it was done.
    if (![204, 404, 410].includes(status)) throw new HttpRefusal(status, status === 503 ? busy : 'not_deleted')
  }

  const trial = async (i: number): Promise<void> => {
    const [deleting, searching] = [pair.servers[i % 2]!, widgets[(i + 1) % 2]!]
    if (i % controlEvery === 0) {
      controls.tried++
      const outcome = await whenNotBusy(() => searching.run('authenticate', numbered(i)).then(toldOf))
      if (outcome === 'ok') controls.recognised++
      controls.answers[outcome] = (controls.answers[outcome] ?? 0) + 1
    }
    const ceremony = await whenNotBusy(() => searching.begin('authenticate'))
    const submission = ceremony.submission(numbered(i))
    await whenNotBusy(() => remove(deleting.url, facialIds[i]!))
    let answer = await ceremony.submit(submission).then(toldOf, codeOf)
    // Nobody searched: somebody has to.
    while (answer === busy) {
      repeated++
      answer = await searching.run('authenticate', numbered(i)).then(toldOf, codeOf)
    }
    if (answer === 'ok') found++
    answers[answer] = (answers[answer] ?? 0) + 1
    onProgress(++done)
  }
  const lane = async (): Promise<void> => {
    while (next < trials) await trial(next++)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  const engines = await Promise.all(pair.servers.map(({ url }) => engineOf(url)))
  return { trials, people, found, answers, repeated, controls, engines }
}

/** As errors name it. */
const busy = 'overloaded'

const codeOf = (error: unknown): string => {
  if (error instanceof HttpRefusal) return error.code
  throw error
}

async function whenNotBusy<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (codeOf(error) !== busy) throw error
      await sleep(100)
    }
  }
}

const toldOf = (told: SubmissionResponse): string => ('reason' in told ? told.reason : told.status)

const numbered = (i: number): Float32Array => Float32Array.of(i)
