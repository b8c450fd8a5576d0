import { MienError } from '@mien/shared/errors'
import type { Course } from './course.ts'
import { timeLimitMs } from './time-limit.ts'

/**
 * Tells that pictures of the face will be sent and that the screen may change colour, before the camera opens; each time, since
 * nothing of the answer is kept.
 *
 * @throws MienError CONSENT_DECLINED, also when nobody answers
 */
export async function announcePictures({ stage, session, ability, options }: Course): Promise<void> {
  const limit = { ms: timeLimitMs(options, 'termsTimeout'), code: 'CONSENT_DECLINED' } as const
  const goesOn = await stage.ask<boolean>(
    (answer) => ({
      name: 'picture-notice',
      applicationName: session.settings.application_name,
      pictures: ability.terms,
      proceed: () => answer(true),
      decline: () => answer(false),
    }),
    limit,
  )
  if (!goesOn) throw new MienError('CONSENT_DECLINED')
}
