import * as z from 'zod/mini'
import { pinText, uuid } from './fields.ts'
import { passkeyAnswer } from './passkeys.ts'

/**
 * `POST /v1/step-ups`, same authorization and same answers as a submission. One of the two, as `methods` says; a passkey that is not
 * accepted is an error (`passkey_invalid`).
 */
export const stepUpRequest = z
  .strictObject({ submission_id: uuid, pin: z.optional(pinText), passkey: z.optional(passkeyAnswer) })
  .check(z.refine(({ pin, passkey }) => (pin === undefined) !== (passkey === undefined), 'Give a PIN or a passkey'))
export type StepUpRequest = z.infer<typeof stepUpRequest>
