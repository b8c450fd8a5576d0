/** What may stand in the database of one thing: what was acknowledged last, and what was asked for since without an answer. */
export interface Possible<T> {
  readonly acknowledged: T
  readonly unanswered: readonly T[]
}

export const certain = <T>(acknowledged: T): Possible<T> => ({ acknowledged, unanswered: [] })
export const maybe = <T>({ acknowledged, unanswered }: Possible<T>, value: T): Possible<T> => ({
  acknowledged,
  unanswered: [...unanswered, value],
})
export const isPossible = <T>({ acknowledged, unanswered }: Possible<T>, found: T): boolean =>
  acknowledged === found || unanswered.includes(found)

/** Somebody whom the server acknowledged, as the client knows it. Only one worker changes it. */
export interface LedgerPerson {
  readonly facialId: string
  /** Of the made-up face; null: was added without one. */
  readonly seed: number | null
  /** The `version` of the payload. */
  payload: Possible<number>
  pin: Possible<string | null>
  isErased: Possible<boolean>
  /** Sign-ins that were let through, and those that were asked for without an answer. */
  signIns: { acknowledged: number; unanswered: number }
}

/** An enrolment or addition without an answer: it may have happened, once. */
export interface LostAnswer {
  /** In the payload of whoever it made. */
  readonly mark: string
  /** The key with which it may be asked for again; null: an enrolment, whose challenge is spent. */
  readonly idempotencyKey: string | null
}

/** What a client of the server wrote down. */
export interface KillLedger {
  readonly people: LedgerPerson[]
  readonly lostAnswers: LostAnswer[]
  acknowledged: number
}

export const createKillLedger = (): KillLedger => ({ people: [], lostAnswers: [], acknowledged: 0 })
