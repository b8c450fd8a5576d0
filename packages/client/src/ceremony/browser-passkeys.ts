import type {
  PasskeyAnswer,
  PasskeyCreationOptions,
  PasskeyRegistration,
  PasskeyRequestOptions,
} from '@mien/shared/api/passkeys'

/**
 * The browser's passkeys, in the words of the wire. `create` and `use` are called from a press, since browsers ask nobody who did
 * nothing, and reject with MienError: ABORTED (it came to nothing, for now: declined, too late, nobody verified), ORIGIN_FORBIDDEN (the
 * site is not this page's), BROWSER_UNSUPPORTED; `create` also CONFLICT (the authenticator has one for this person).
 */
export interface BrowserPasskeys {
  create(challengeId: string, options: PasskeyCreationOptions): Promise<PasskeyRegistration>
  use(challengeId: string, options: PasskeyRequestOptions): Promise<PasskeyAnswer>
  /** Takes the browser's question away. */
  cancel(): void
  /** Whether the device itself can keep passkeys and verify who unlocks it. */
  isDeviceAble(): Promise<boolean>
  /** Whether somebody here would rather have none, as far as this browser keeps that. */
  wasDeclined(): boolean
  decline(): void
}
