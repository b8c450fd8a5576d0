import {
  type PasskeyOptionsRequest,
  type PasskeyOptionsResponse,
  passkeyOptionsResponse,
} from '@mien/shared/api/passkeys'
import { MienError } from '@mien/shared/errors'
import type { Course } from './course.ts'

export type AskedPasskey<Purpose extends PasskeyOptionsRequest['purpose']> = Extract<
  PasskeyOptionsResponse,
  { purpose: Purpose }
>

/** What has to be signed. @throws MienError what the server says, or NETWORK_IO */
export async function passkeyOptions<Purpose extends PasskeyOptionsRequest['purpose']>(
  { api, session }: Course,
  request: Extract<PasskeyOptionsRequest, { purpose: Purpose }>,
): Promise<AskedPasskey<Purpose>> {
  const asked = await api.call(session.client_token, 'v1/passkey-options', request, passkeyOptionsResponse)
  if (!isFor(asked, request.purpose))
    throw new MienError('NETWORK_IO', { message: 'The answer is not of this protocol' })
  return asked
}

const isFor = <Purpose extends PasskeyOptionsRequest['purpose']>(
  asked: PasskeyOptionsResponse,
  purpose: Purpose,
): asked is AskedPasskey<Purpose> => asked.purpose === purpose
