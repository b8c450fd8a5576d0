import { decodeBase64Url } from '@mien/shared/bytes'
import { askPasskeySecret } from '../passkeys/passkey-secret.ts'
import type { LockableRecords } from '../storage/lockable-records.ts'
import { drawSalt, makeLock, openLock, type RecordLock } from '../storage/record-lock.ts'
import { isLockedNow } from './device-state.ts'
import type { StateKeeper } from './state-keeper.ts'

/** What the person's passkey does for what is kept of them (OF14). Both ask the person, and so are called from a press. */
export interface PasskeyLock {
  /** One that is open. @throws MienError ABORTED, BROWSER_UNSUPPORTED */
  make(): Promise<RecordLock>
  /** @returns whether there was anything to open @throws MienError ABORTED, BROWSER_UNSUPPORTED, FORBIDDEN */
  unlock(): Promise<boolean>
}

/** @param name what the records belong to */
export const createPasskeyLock = (records: LockableRecords, keeper: StateKeeper, name: string): PasskeyLock => ({
  async make() {
    const salt = drawSalt()
    const { lock, key } = await makeLock(await askPasskeySecret(salt), salt, name)
    records.use(lock, key)
    return lock
  },
  async unlock() {
    const state = await keeper.read()
    const { lock } = state
    if (lock === null || !isLockedNow(state)) return false
    const secret = await askPasskeySecret(decodeBase64Url(lock.salt), lock.credential_id)
    records.use(lock, await openLock(lock, secret, name))
    keeper.renew()
    return true
  },
})
