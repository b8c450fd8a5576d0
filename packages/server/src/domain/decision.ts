import type { RefusalReason, StepUpMethod } from '@mien/shared/api/submissions'
import type { Compared } from './compared.ts'
import type { Stores } from './ports.ts'
import { type Grant, issueResult } from './results.ts'

/** What a decision came to, inside the deciding transaction. */
export type Decision =
  | {
      readonly kind: 'granted'
      /** Null: nobody was recognised, the live face is that of the session's photograph. */
      readonly subjectId: string | null
      /** How alike face and photograph are, 1..5; null where there is none. */
      readonly matchLevel: number | null
      /** Whose failures end if it stays granted. */
      readonly clears?: Compared | null
    }
  | {
      readonly kind: 'step_up'
      readonly submissionId: string
      readonly subjectId: string | null
      /** One or more. */
      readonly methods: readonly StepUpMethod[]
    }
  | {
      readonly kind: 'refused'
      readonly reason: RefusalReason
      /** What the audit log says instead of the reason: more than the widget may learn. */
      readonly audited?: string
    }
  | { readonly kind: 'retry' }

/** What the widget may learn. */
export type Outcome =
  | {
      readonly kind: 'ok'
      readonly code: string
      readonly expiresAt: Date
      readonly subjectId: string | null
      readonly at: Date
    }
  | { readonly kind: 'step_up'; readonly submissionId: string; readonly methods: readonly StepUpMethod[] }
  /** Pictures are waited for, for so many seconds. */
  | { readonly kind: 'reveal'; readonly seconds: number }
  | { readonly kind: 'refused'; readonly reason: RefusalReason }
  | { readonly kind: 'retry' }

/** A granted decision becomes a result code; the others pass on what the widget may know. */
export async function settle(
  stores: Stores,
  decision: Decision,
  grant: Omit<Grant, 'subjectId' | 'matchLevel'>,
): Promise<Outcome> {
  if (decision.kind === 'step_up') {
    return { kind: 'step_up', submissionId: decision.submissionId, methods: decision.methods }
  }
  if (decision.kind === 'refused') return { kind: 'refused', reason: decision.reason }
  if (decision.kind !== 'granted') return decision
  const { subjectId, matchLevel } = decision
  const { code, expiresAt } = await issueResult(stores, { ...grant, subjectId, matchLevel })
  return { kind: 'ok', code, expiresAt, subjectId, at: grant.at }
}
