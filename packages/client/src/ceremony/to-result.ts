import type { FaceDetails, Operation } from '@mien/shared/api/fields'
import type { SubmissionResponse } from '@mien/shared/api/submissions'
import type { CeremonyResult } from './state.ts'

const noDetails: FaceDetails = { gender: null, age: null }

export function toResult(
  operation: Operation,
  answer: Extract<SubmissionResponse, { status: 'ok' }>,
  details: FaceDetails = noDetails,
): CeremonyResult {
  const { result_code: resultCode, expires_at: resultExpiresAt, disclosed } = answer
  return {
    operation,
    resultCode,
    resultExpiresAt,
    disclosed: disclosed && {
      facialId: disclosed.facial_id,
      payload: disclosed.payload,
      timestamp: disclosed.timestamp,
    },
    details,
  }
}
