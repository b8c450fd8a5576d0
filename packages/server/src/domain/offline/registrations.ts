import type { KioskRegistration, OfflineDeviceRequest, OwnDeviceRegistration } from '@mien/shared/api/sync'
import { MienError } from '@mien/shared/errors'
import { maySignIn } from '../authenticator-status.ts'
import { recordConsent } from '../consents.ts'
import type { SignedBody } from '../device-signatures.ts'
import { thumbprint } from '../device-signatures.ts'
import type { Application, AuditEvent, Device, Session, Subject, TemplateModel } from '../model.ts'
import type { Clock, Database, Stores } from '../ports.ts'
import { randomToken, rowId, sha256 } from '../tokens.ts'
import { allowsKind, isRegistered, type RegisteredDevice, refOf, refuseOtherKey } from './device-requests.ts'
import type { OfflineDevice } from './model.ts'
import type { ChainExtent } from './offline-store.ts'
import { takeAway } from './take-away.ts'

/** How long a kiosk's code may be redeemed, and redeemed again by the key that did. */
const codeSeconds = 3600

/** How long after a sign-in a person's own device may be registered: it is still them, in front of it. */
const grantSeconds = 300

/** A device, and what came of its chain. */
export interface ListedDevice {
  readonly device: OfflineDevice
  readonly galleryName: string
  readonly extent: ChainExtent
}

/** What a device is told about itself. */
export interface Registration {
  readonly device: RegisteredDevice
  readonly galleryName: string
  readonly rotationKey: Uint8Array
}

/** Devices that may work without the server. */
export interface OfflineRegistrations {
  /** @throws MienError FORBIDDEN (no kiosks here), NOT_FOUND (no such gallery) */
  invite(
    application: Application,
    request: OfflineDeviceRequest,
  ): Promise<{ readonly listed: ListedDevice; readonly code: string; readonly codeExpiresAt: Date }>
  /** Oldest first. */
  list(applicationId: string): Promise<readonly ListedDevice[]>
  /** It is handed nothing more, and forgets what it holds when it next asks. @throws MienError NOT_FOUND */
  revoke(applicationId: string, id: string): Promise<void>
  /** @throws MienError SIGNATURE_INVALID, UNAUTHORIZED (no such code), CONFLICT (another key was first, or this one has sent events), FORBIDDEN */
  redeem(request: KioskRegistration, signed: SignedBody): Promise<Registration>
  /** @throws MienError FORBIDDEN, SESSION_EXPIRED, SIGNATURE_INVALID, CONSENT_REQUIRED, GONE */
  registerOwn(
    session: Session,
    application: Application,
    request: OwnDeviceRegistration,
    signed: SignedBody,
  ): Promise<Registration>
}

export interface RegistrationsOptions {
  readonly database: Database
  readonly clock: Clock
  readonly model: TemplateModel
}

export function createOfflineRegistrations({ database, clock, model }: RegistrationsOptions): OfflineRegistrations {
  const record = (stores: Stores, device: OfflineDevice, event: AuditEvent, outcome: string) => {
    const { applicationId, subjectId } = device
    return stores.audit.append({ applicationId, event, outcome, subjectId, sessionId: null, at: clock.now() })
  }

  const galleryNameOf = async (stores: Stores, { applicationId, galleryId }: OfflineDevice) =>
    (await stores.galleries.find(applicationId, galleryId))?.name ?? ''

  const registrationOf = async (stores: Stores, device: OfflineDevice): Promise<Registration> => {
    if (!isRegistered(device)) throw new MienError('INTERNAL', { message: 'a device without a key' })
    const keys = await stores.applicationKeys.of(device.applicationId)
    const rotationKey = keys.deviceRotationKey(device.id, model.modelId, model.dimension)
    return { device, galleryName: await galleryNameOf(stores, device), rotationKey }
  }

  const newRow = (of: Pick<OfflineDevice, 'applicationId' | 'kind' | 'galleryId' | 'label'>): OfflineDevice => ({
    ...of,
    id: rowId(),
    subjectId: null,
    status: 'invited',
    codeDigest: null,
    codeExpiresAt: null,
    keyId: null,
    publicKey: null,
    createdAt: clock.now(),
    registeredAt: null,
    revokedAt: null,
    lastSeenAt: null,
    epoch: 0,
    handedAt: null,
    pullRecordedAt: null,
    appliedEpoch: 0,
    currentAt: null,
    floorEpoch: 0,
    sweptSeq: 0,
    isForked: false,
  })

  return {
    async invite(application, { label, gallery: name = 'default' }) {
      if (!allowsKind(application, 'kiosk')) throw notAllowed()
      const gallery = await database.stores.galleries.findByName(application.id, name)
      if (gallery === undefined) throw new MienError('NOT_FOUND', { message: 'There is no such gallery' })
      const code = randomToken()
      const codeExpiresAt = new Date(clock.now().getTime() + codeSeconds * 1000)
      const row = newRow({ applicationId: application.id, kind: 'kiosk', galleryId: gallery.id, label })
      const device = { ...row, codeDigest: sha256(code), codeExpiresAt }
      await database.transaction(async (stores) => {
        await stores.applications.hold(application.id)
        await stores.offline.devices.insert(device)
        await record(stores, device, 'offline_device_added', 'invited')
      })
      const listed = { device, galleryName: gallery.name, extent: { lastSeq: 0, places: 0 } }
      return { listed, code, codeExpiresAt }
    },

    async list(applicationId) {
      const { galleries, offline } = database.stores
      const names = new Map((await galleries.list(applicationId)).map(({ id, name }) => [id, name]))
      const extents = await offline.events.extents(applicationId)
      return (await offline.devices.list(applicationId)).map((device) => ({
        device,
        galleryName: names.get(device.galleryId) ?? '',
        extent: extents.get(device.id) ?? { lastSeq: 0, places: 0 },
      }))
    },

    revoke: (applicationId, id) =>
      database.transaction(async (stores) => {
        const device = await stores.offline.devices.hold({ applicationId, deviceId: id })
        if (device === undefined) throw new MienError('NOT_FOUND')
        if (device.status === 'revoked') return
        await takeAway(stores, device, clock.now())
      }),

    async redeem({ registration_code: code, public_key: publicKey }, signed) {
      refuseOtherKey(signed, publicKey)
      return database.transaction(async (stores) => {
        const found = await stores.offline.devices.findByCode(sha256(code))
        const device = found && (await stores.offline.devices.hold(refOf(found)))
        const isGood = device?.codeExpiresAt != null && device.codeExpiresAt > clock.now()
        if (device === undefined || !isGood || device.status === 'revoked') throw new MienError('UNAUTHORIZED')
        const application = await stores.applications.find(device.applicationId)
        if (application === undefined || !allowsKind(application, 'kiosk')) throw notAllowed()
        const keyId = thumbprint(publicKey)
        const isSame = device.keyId === keyId
        if (isSame && (await isUntouched(stores, device))) return registrationOf(stores, device)
        if (isSame) throw new MienError('CONFLICT', { message: 'This device has begun its chain: it needs a new code' })
        if (device.keyId !== null) throw new MienError('CONFLICT', { message: 'Another key has redeemed this code' })
        const changes = { keyId, publicKey, status: 'active', registeredAt: clock.now() } as const
        await stores.offline.devices.update(refOf(device), changes)
        await record(stores, device, 'offline_device_added', 'registered')
        return registrationOf(stores, { ...device, ...changes })
      })
    },

    registerOwn: (session, application, { consent }, signed) =>
      database.transaction(async (stores) => {
        const { id: applicationId, settings } = application
        await stores.applications.hold(applicationId)
        const subjectId = await grantedPerson(stores, session, application, clock.now())
        if (consent.policy_version !== settings.policy_version)
          throw new MienError('CONSENT_REQUIRED', { details: { policy_version: settings.policy_version } })
        await stores.galleries.lock(applicationId, session.galleryId)
        const key = await signingKey(stores, applicationId, subjectId, signed)
        const subject = await stores.subjects.find(applicationId, subjectId)
        if (subject === undefined) throw new MienError('GONE')
        const known = await ownDevice(stores, subject, key)
        if (known !== undefined && (await isUntouched(stores, known))) return registrationOf(stores, known)
        if (known !== undefined) await takeAway(stores, known, clock.now())
        const { label, keyId, publicKey } = key
        const row = newRow({ applicationId, kind: 'own_device', galleryId: subject.galleryId, label })
        const device = { ...row, subjectId, keyId, publicKey, status: 'active', registeredAt: clock.now() } as const
        await stores.offline.devices.insert(device)
        const statement = { ...consent, policy_version: `${consent.policy_version.slice(0, 56)}+offline` }
        await recordConsent(stores, { applicationId, subjectId, purpose: 'offline' }, statement, clock.now())
        await record(stores, device, 'offline_device_added', 'registered')
        return registrationOf(stores, device)
      }),
  }
}

/** The one that works with this key, held. */
async function ownDevice(stores: Stores, { applicationId, id }: Subject, { keyId }: Device) {
  const all = await stores.offline.devices.listOfSubject(applicationId, id)
  const known = all.find((each) => each.keyId === keyId && each.status === 'active')
  return known && stores.offline.devices.hold(refOf(known))
}

/** Whoever registers begins a chain: on top of what came in before it would be a fork. */
const isUntouched = async (stores: Stores, device: OfflineDevice): Promise<boolean> =>
  !device.isForked && (await stores.offline.events.extent(refOf(device))).lastSeq === 0

/** Whom a session enrolled or recognised, just now. @throws MienError FORBIDDEN, SESSION_EXPIRED */
async function grantedPerson(stores: Stores, session: Session, application: Application, now: Date): Promise<string> {
  const result = await stores.results.findBySession(application.id, session.id)
  if (!allowsKind(application, 'own_device') || result?.subjectId == null) throw notAllowed()
  if (!(now.getTime() - result.authTime.getTime() < grantSeconds * 1000)) throw new MienError('SESSION_EXPIRED')
  // What they were let in with may be what was taken away since, and they may have been disabled.
  if (result.endedAt !== null || !(await maySignIn(stores, application.id, result.subjectId, now))) throw notAllowed()
  return result.subjectId
}

/** The key of this person that signed. @throws MienError SIGNATURE_INVALID */
async function signingKey(
  stores: Stores,
  applicationId: string,
  subjectId: string,
  signed: SignedBody,
): Promise<Device> {
  const devices = await stores.devices.listOfSubject(applicationId, subjectId)
  const signer = devices.find((device) => {
    if (device.status !== 'active') return false
    try {
      refuseOtherKey(signed, device.publicKey)
      return true
    } catch {
      return false
    }
  })
  if (signer === undefined) throw new MienError('SIGNATURE_INVALID')
  return signer
}

const notAllowed = () => new MienError('FORBIDDEN', { message: 'The application has no such devices work offline' })
