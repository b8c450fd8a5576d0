import { randomInt, randomUUID } from 'node:crypto'
import { syntheticPerson } from '../fixtures/synthetic-templates.ts'
import { certain, type KillLedger, type LedgerPerson, maybe, type Possible } from './kill-ledger.ts'
import type { OpenedApplication } from './open-application.ts'

/** One after the other: enrols, adds, signs in, changes and erases its own people. */
export interface LoadWorker {
  /** One operation, written down in the ledger. @throws when the server did not answer it as it should */
  step(): Promise<void>
}

export type LoadApplication = Pick<OpenedApplication, 'url' | 'secretKey' | 'widget'>

/** What a person's payload is: whose it is, and how often it was replaced. */
const payloadOf = (mark: string, version: number) => ({ mark, version })

let seeds = 2_000_000

/** Of six digits, none of the weak ones: neighbours differ by more than one and are not the same. */
const strongPin = (): string => `${randomInt(1, 4)}8${randomInt(1, 4)}9${randomInt(1, 4)}7`

export function createLoadWorker(application: LoadApplication, ledger: KillLedger): LoadWorker {
  const { widget, secretKey } = application
  const mine: LedgerPerson[] = []
  const marks = new Map<LedgerPerson, string>()

  const meet = (facialId: string, seed: number | null, mark: string) => {
    const signIns = { acknowledged: 0, unanswered: 0 }
    const person: LedgerPerson = {
      facialId,
      seed,
      payload: certain(0),
      pin: certain(null),
      isErased: certain(false),
      signIns,
    }
    mine.push(person)
    marks.set(person, mark)
    ledger.people.push(person)
    ledger.acknowledged++
  }

  const someone = (): LedgerPerson | undefined => {
    const living = mine.filter(({ isErased: { acknowledged, unanswered } }) => !acknowledged && unanswered.length === 0)
    return living[living.length === 0 ? 0 : randomInt(living.length)]
  }

  const enroll = async () => {
    const [seed, mark] = [++seeds, randomUUID()]
    const lost = { mark, idempotencyKey: null }
    ledger.lostAnswers.push(lost)
    const answer = await widget.run('enroll', syntheticPerson(seed), { payload: payloadOf(mark, 0) })
    if (answer.status !== 'ok' || answer.disclosed === null) throw new Error(`not enrolled: ${JSON.stringify(answer)}`)
    ledger.lostAnswers.splice(ledger.lostAnswers.indexOf(lost), 1)
    meet(answer.disclosed.facial_id, seed, mark)
  }

  const add = async () => {
    const [mark, idempotencyKey] = [randomUUID(), randomUUID()]
    const lost = { mark, idempotencyKey }
    ledger.lostAnswers.push(lost)
    const facialId = await addPerson(application, lost)
    ledger.lostAnswers.splice(ledger.lostAnswers.indexOf(lost), 1)
    meet(facialId, null, mark)
  }

  const signIn = async (person: LedgerPerson) => {
    if (person.seed === null) return
    const { signIns } = person
    signIns.unanswered++
    const answer = await widget.verify(person.facialId, secretKey, syntheticPerson(person.seed))
    if (answer.status !== 'ok') throw new Error(`not recognised: ${JSON.stringify(answer)}`)
    signIns.unanswered--
    signIns.acknowledged++
    ledger.acknowledged++
  }

  /** From before the question until its answer both may stand. */
  const settle = async <T>(
    before: Possible<T>,
    value: T,
    write: (possible: Possible<T>) => void,
    ask: () => Promise<unknown>,
  ) => {
    write(maybe(before, value))
    await ask()
    write(certain(value))
    ledger.acknowledged++
  }

  const at = ({ facialId }: LedgerPerson, rest = '') => `/v1/subjects/${facialId}${rest}`

  const setPayload = (person: LedgerPerson) => {
    const version = Math.max(person.payload.acknowledged, ...person.payload.unanswered) + 1
    const payload = payloadOf(marks.get(person) ?? '', version)
    const write = (possible: Possible<number>) => {
      person.payload = possible
    }
    return settle(person.payload, version, write, () =>
      askBackend(application, 'PUT', at(person, '/payload'), { payload }),
    )
  }

  const setPin = (person: LedgerPerson) => {
    const pin = strongPin()
    const write = (possible: Possible<string | null>) => {
      person.pin = possible
    }
    return settle(person.pin, pin, write, () => askBackend(application, 'PUT', at(person, '/pin'), { pin }))
  }

  const erase = (person: LedgerPerson) => {
    const write = (possible: Possible<boolean>) => {
      person.isErased = possible
    }
    return settle(person.isErased, true, write, () => askBackend(application, 'DELETE', at(person)))
  }

  const withSomeone = [signIn, signIn, signIn, setPayload, setPayload, setPin, erase] as const

  return {
    async step() {
      const person = someone()
      const draw = randomInt(10)
      if (draw < 3 || person === undefined) return enroll()
      if (draw < 4) return add()
      await withSomeone[randomInt(withSomeone.length)]?.(person)
    },
  }
}

/** Adds somebody without a face; the same `lost` again adds nobody else. @returns the facial id */
export async function addPerson(
  application: LoadApplication,
  { mark, idempotencyKey }: { mark: string; idempotencyKey: string | null },
): Promise<string> {
  const headers = idempotencyKey === null ? {} : { 'idempotency-key': idempotencyKey }
  const answer = await askBackend(application, 'POST', '/v1/subjects', { payload: payloadOf(mark, 0) }, headers)
  return ((await answer.json()) as { facial_id: string }).facial_id
}

/** @throws Error when the answer is no success */
export async function askBackend(
  { url, secretKey }: LoadApplication,
  method: string,
  path: string,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const answer = await fetch(new URL(path, url), {
    method,
    headers: { authorization: `Bearer ${secretKey}`, 'content-type': 'application/json', ...headers },
    body: body === undefined ? null : JSON.stringify(body),
  })
  if (answer.ok) return answer
  throw new BackendRefusal(answer.status, await answer.text(), answer.headers.has('retry-after'))
}

export class BackendRefusal extends Error {
  constructor(
    readonly status: number,
    text: string,
    /** Whether it may be another answer later. */
    readonly isForNow: boolean,
  ) {
    super(`${status}: ${text}`)
  }
}
