import type { StepUpMethod } from '@mien/shared/api/submissions'
import type { Application } from './model.ts'
import type { Stores } from './ports.ts'
import { relyingPartyOf } from './relying-party.ts'

/** What an application takes beside a face. */
export const takes = ({ settings }: Application, method: StepUpMethod): boolean =>
  method === 'pin' ? settings.pin_authenticate !== 'off' : settings.passkeys === 'optional'

/** Whether a person can be asked for more than a face. */
export const mayAskFurther = (application: Application): boolean =>
  takes(application, 'pin') || takes(application, 'passkey')

/**
 * What these people, one or two that a face does not tell apart, can all be asked for at this origin. Of two that look alike both must
 * have it: else the one without would lend the other its face.
 */
export async function methodsOf(
  stores: Stores,
  application: Application,
  subjectIds: readonly string[],
  origin: string,
): Promise<readonly StepUpMethod[]> {
  const { id } = application
  const relyingParty = relyingPartyOf(origin)
  const withPin = takes(application, 'pin') ? await stores.pins.having(id, subjectIds) : []
  const mayUsePasskey = takes(application, 'passkey') && relyingParty !== null
  const withPasskey = mayUsePasskey ? await stores.passkeys.having(id, subjectIds, relyingParty) : []
  const all = (found: readonly string[]) => found.length === subjectIds.length
  return [...(all(withPasskey) ? (['passkey'] as const) : []), ...(all(withPin) ? (['pin'] as const) : [])]
}
