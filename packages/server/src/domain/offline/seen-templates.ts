import type { EnrolmentDraft, EventAnswer } from '@mien/shared/api/sync'
import { MienError } from '@mien/shared/errors'
import { type Capture, quantised, readCapture } from '../capture.ts'
import type { Digest, TemplateModel } from '../model.ts'
import type { Stores } from '../ports.ts'

/** What a draft's templates say, and which of them nobody had sent before. */
export interface SeenCapture {
  readonly capture: Capture
  readonly fresh: readonly Digest[]
}

export interface SeenTemplatesInput {
  readonly stores: Stores
  readonly applicationId: string
  readonly model: TemplateModel
  readonly draft: EnrolmentDraft | undefined
  readonly now: Date
}

/**
 * Remembers the templates of a draft, as those of any submission before its gallery is locked (ST19). Within the transaction that decides,
 * which forgets them where nobody comes of it.
 *
 * @returns undefined where they are no capture of our model
 */
export async function rememberTemplates(input: SeenTemplatesInput): Promise<SeenCapture | undefined> {
  const { stores, applicationId, model, draft, now } = input
  const capture = draft && readCaptureOf(draft, model)
  if (capture === undefined) return undefined
  const keys = await stores.applicationKeys.of(applicationId)
  const digests = capture.vectors.map((vector) => keys.digest('replay', quantised(vector)))
  return { capture, fresh: await stores.digests.remember(applicationId, digests, now) }
}

/** Only of whom a person was made it is a replay when they come again. */
export async function forgetUnused(
  stores: Stores,
  applicationId: string,
  seen: SeenCapture | undefined,
  { status }: Pick<EventAnswer, 'status'>,
): Promise<void> {
  if (seen !== undefined && status !== 'accepted') await stores.digests.forget(applicationId, seen.fresh)
}

function readCaptureOf(draft: EnrolmentDraft, model: TemplateModel): Capture | undefined {
  try {
    return readCapture(draft, model)
  } catch (error) {
    if (error instanceof MienError) return undefined
    throw error
  }
}
