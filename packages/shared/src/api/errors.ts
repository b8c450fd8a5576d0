import * as z from 'zod/mini'
import { type ErrorCode, isErrorCode } from '../errors.ts'

/** The one shape of a failure. `code` is an ErrorCode in lower case; `fields` names what was wrong, never its value. */
export const errorBody = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string(),
    request_id: z.string(),
    fields: z.optional(z.array(z.string())),
  }),
})
export type ErrorBody = z.infer<typeof errorBody>

export const toWireCode = (code: ErrorCode): string => code.toLowerCase()

/** The ErrorCode behind a wire code, or undefined when a newer server speaks of something this client does not know. */
export function fromWireCode(text: string): ErrorCode | undefined {
  const code = text.toUpperCase()
  return isErrorCode(code) ? code : undefined
}
