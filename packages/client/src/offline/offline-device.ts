import type { OfflineDeviceKind } from '@mien/shared/api/sync'
import type { ConsentText } from '../ceremony/state.ts'
import type { OfflineNews } from './offline-news.ts'
import type { NotReady } from './readiness.ts'

/** What a page may show of a device. */
export interface OfflineStatus {
  /** Null: it is registered nowhere. */
  readonly device: { readonly id: string; readonly kind: OfflineDeviceKind; readonly label: string | null } | null
  readonly isRevoked: boolean
  /** Why nobody could be recognised without the server now; null: somebody could. */
  readonly notReady: NotReady | null
  /** Events that wait to be told. */
  readonly waiting: number
  /** RFC 3339: nobody is recognised from then on, unless the server was reached before. */
  readonly endsAt: string | null
  /** Whether what is kept outlives the page. */
  readonly isKept: boolean
  /** What opens what is kept of the person: this browser, or only their passkey. */
  readonly protection: Protection
}

/** See OF2 and OF14. */
export type Protection = 'browser' | 'passkey'

/** What the person agreed to, and how it is kept. */
export interface OwnDeviceOptions extends ConsentText {
  /**
   * `passkey`: what is kept of the person opens only once their passkey for this site has been used on the page, so that a copy of the
   * whole browser profile is worth nothing without the authenticator. Then this is to be called in the handler of a press. Default
   * `browser`.
   */
  readonly protect?: Protection
}

/** A device that works without the server. */
export interface OfflineDevice {
  status(): Promise<OfflineStatus>
  /** Hears what happens from now on. @returns ends it */
  subscribe(listener: (news: OfflineNews) => void): () => void
  /**
   * Makes this device a kiosk, with a code of the backend's.
   *
   * @throws MienError UNAUTHORIZED (no such code, or an old one), CONFLICT (it is another device already, and something of that waits to
   *   be told), STORAGE_FULL, NETWORK_IO
   */
  registerKiosk(code: string): Promise<void>
  /**
   * Keeps the template here of whom a ceremony of this client enrolled or recognised within the last five minutes, on their own device.
   *
   * @param shown what they agreed to: consent of its own, to keeping it here
   * @throws MienError FORBIDDEN, SESSION_EXPIRED, CONSENT_REQUIRED, SIGNATURE_INVALID (the device is not theirs), CONFLICT, NETWORK_IO;
   *   with `protect: 'passkey'` also ABORTED (no passkey was used), BROWSER_UNSUPPORTED (`details.passkey` is `prf`: none here can lock
   *   anything). After NETWORK_IO or STORAGE_FULL the server may have registered it all the same: then the next call goes on with that
   */
  registerOwnDevice(shown: OwnDeviceOptions): Promise<void>
  /**
   * Has the person's passkey open what is kept of them, until the page is closed; does nothing where none is needed. To be called in the
   * handler of a press.
   *
   * @throws MienError ABORTED (no passkey was used), BROWSER_UNSUPPORTED, FORBIDDEN (it is another one by now)
   */
  unlock(): Promise<void>
  /** Tells what waits and fetches what changed, where no other tab is at it. What fails is told as news, and tried again. */
  sync(): Promise<void>
  /** Forgets all of it, also what waits to be told. */
  forget(): Promise<void>
  /** No more syncing by itself. */
  close(): void
}
