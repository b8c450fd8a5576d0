import { MienError } from '@mien/shared/errors'
import type { Course } from './course.ts'
import type { PictureTerms } from './state.ts'
import { timeLimitMs } from './time-limit.ts'

/** Of a capture under no script the screen stays as it is. */
const withoutColours: PictureTerms = { colours: 'never', chooseColours: () => undefined }

/**
 * Tells that pictures of the face will be sent and that the screen may change colour, or that pictures may be asked for, before the
 * camera opens; each time, since nothing of the answer is kept. Nothing where no picture will leave the device.
 *
 * @throws MienError CONSENT_DECLINED, also when nobody answers
 */
export async function announcePictures({ stage, session, ability, options }: Course): Promise<void> {
  const { application_name: applicationName, server_verified: isCertain, spot_checked: isPossible } = session.settings
  if (!isCertain && !isPossible) return
  const limit = { ms: timeLimitMs(options, 'termsTimeout'), code: 'CONSENT_DECLINED' } as const
  const goesOn = await stage.ask<boolean>(
    (answer) => ({
      name: 'picture-notice',
      isCertain,
      applicationName,
      pictures: isCertain ? ability.terms : withoutColours,
      proceed: () => answer(true),
      decline: () => answer(false),
    }),
    limit,
  )
  if (!goesOn) throw new MienError('CONSENT_DECLINED')
}
