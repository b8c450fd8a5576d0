import { signatureHeaderName } from '@mien/shared/api/device-signature'
import { type SubmissionRequest, submissionRequest } from '@mien/shared/api/submissions'
import { MienError } from '@mien/shared/errors'
import type { Context } from 'hono'
import type { SubmitInput } from '../../domain/submissions.ts'
import { isJson, maxBodyBytes, parseJsonObject } from '../../http/json-body.ts'
import { readLimited } from '../../http/read-limited.ts'
import { isForm, readSubmissionForm } from '../../http/submission-form.ts'
import { checked } from './checked.ts'

/** What was sent, and the bytes that a signature covers. */
export type SentSubmission = Pick<SubmitInput, 'request' | 'signed' | 'crops'>

/**
 * JSON, or a form with that JSON and pictures. Read after the client has shown its token.
 *
 * @throws MienError CONTENT_TYPE_UNSUPPORTED, those of readLimited, readSubmissionForm, parseJsonObject and throwInvalid
 */
export async function readSubmission(c: Context): Promise<SentSubmission> {
  const { envelope, crops } = await readBody(c.req.raw, c.req.header('content-type') ?? '')
  const values = parseJsonObject(envelope, Number.POSITIVE_INFINITY)
  const request: SubmissionRequest = checked(c, submissionRequest, values, 'json')
  return { request, signed: { bytes: envelope, signature: c.req.header(signatureHeaderName) }, crops }
}

async function readBody(request: Request, contentType: string) {
  if (isForm(contentType)) return readSubmissionForm(request)
  if (!isJson(contentType)) throw new MienError('CONTENT_TYPE_UNSUPPORTED')
  return { envelope: await readLimited(request, maxBodyBytes), crops: [] }
}
