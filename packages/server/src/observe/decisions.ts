import type { AssuranceLevel } from '@mien/shared/api/fields'
import { type RefusalReason, refusalReasons } from '@mien/shared/api/submissions'
import type { AuditEvent, AuditRecord } from '../domain/model.ts'

/** Records of the audit log that say what was decided about a face. */
export const decisionOperations = [
  'enroll',
  'authenticate',
  'step_up',
  'redeem',
  'search',
  'verify',
] as const satisfies readonly AuditEvent[]
export type DecisionOperation = (typeof decisionOperations)[number]

/** What the audit log says beyond the reasons that a page may learn. */
const untoldOutcomes = [
  'granted',
  'retry',
  'step_up',
  'ok',
  'match',
  'close',
  'none',
  'locked',
  'unclear',
  'near_copy',
  'pad',
  'parity',
  'timing',
  'reveal',
  'reveal_owed',
  'reveal_missed',
] as const

/** Anything else, so that a label can never carry what somebody wrote. */
export type DecisionOutcome = RefusalReason | (typeof untoldOutcomes)[number] | 'other'

export const decisionOutcomes: readonly DecisionOutcome[] = [...refusalReasons, ...untoldOutcomes, 'other']

export interface DecisionFacts {
  readonly applicationId: string
  readonly operation: DecisionOperation
  /** Of what was granted. */
  readonly level: AssuranceLevel | 'none'
  readonly outcome: DecisionOutcome
}

/** Where it was locked by whom: closed as well. */
export const lockoutScopes = ['device', 'new_device', 'network', 'searches', 'other'] as const
export type LockoutScope = (typeof lockoutScopes)[number]

const oneOf = <T extends string>(all: readonly T[], text: string, otherwise: T): T =>
  all.find((each) => each === text) ?? otherwise

/** @returns undefined for what is no decision */
export function decisionOf(record: AuditRecord, level: AssuranceLevel | 'none'): DecisionFacts | undefined {
  const operation = decisionOperations.find((each) => each === record.event)
  if (operation === undefined) return undefined
  const outcome = oneOf(decisionOutcomes, record.outcome, 'other')
  return { applicationId: record.applicationId, operation, level, outcome }
}

/** @returns undefined for what locks nothing */
export const lockoutOf = ({ event, outcome }: AuditRecord): LockoutScope | undefined =>
  event === 'lockout' && outcome !== 'opened' ? oneOf(lockoutScopes, outcome, 'other') : undefined
