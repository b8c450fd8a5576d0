import { createHash } from 'node:crypto'
import type { OfflinePolicy, PullEntry, PullRequest, SnapshotClaims } from '@mien/shared/api/sync'
import { encodeBase64Url } from '@mien/shared/bytes'
import { MienError } from '@mien/shared/errors'
import { syncLimits } from '@mien/shared/sync/limits'
import { snapshotDigest } from '@mien/shared/sync/snapshot'
import { encodeTemplate } from '@mien/shared/template/format'
import type { Application, Face, FaceSpace, TemplateModel } from '../model.ts'
import type { Clock, Database, Signer, Stores } from '../ports.ts'
import { rowId } from '../tokens.ts'
import { acknowledge, type DeviceCaller, holdDevice, refOf, refuseStale } from './device-requests.ts'
import type { HandedFace, HandedSnapshot, OfflineDevice } from './model.ts'
import { offlinePolicyOf } from './offline-policy.ts'

/** While nothing changes the same statement is given for so long. */
const sameStatementMs = 3_600_000

const recordPullsMs = 3_600_000

/** A page of what changed for a device. */
export interface HandedPage {
  /** Null: whatever the device holds goes first. */
  readonly since: number | null
  readonly cursor: number
  readonly more: boolean
  readonly tombstones: readonly string[]
  readonly entries: readonly PullEntry[]
  readonly snapshot: string
  readonly policy: OfflinePolicy
}

export interface HandOver {
  /**
   * What changed since the page that the device names, which this acknowledges.
   *
   * @throws MienError CHALLENGE_EXPIRED, GONE (revoked), FORBIDDEN (switched off), QUOTA_REACHED (more people than a kiosk may hold)
   */
  pull(request: PullRequest, caller: DeviceCaller): Promise<HandedPage>
}

export interface HandOverOptions {
  readonly database: Database
  readonly clock: Clock
  readonly model: TemplateModel
  readonly signer: Signer
}

type Page = Omit<HandedPage, 'snapshot' | 'policy'> & { readonly claims: SnapshotClaims }

export function createHandOver({ database, clock, model, signer }: HandOverOptions): HandOver {
  const spaceOf = ({ applicationId, galleryId }: OfflineDevice): FaceSpace => ({
    applicationId,
    galleryId,
    modelId: model.modelId,
  })

  /** Who may be recognised on this device now. @throws MienError QUOTA_REACHED */
  const livingFaces = async (stores: Stores, device: OfflineDevice, { settings }: Application) => {
    // An own device without its person is nobody's, and has no gallery.
    if (device.kind === 'own_device' && device.subjectId === null) return []
    const { offline_max_people: most } = settings
    const isTooMany = async () =>
      (await stores.offline.faces.countPeople(spaceOf(device), clock.now(), most + 1)) > most
    // Before anybody is read: a gallery may be as large as it likes.
    if (device.kind === 'kiosk' && (await isTooMany()))
      throw new MienError('QUOTA_REACHED', { message: `A kiosk holds at most ${most} people (offline_max_people)` })
    return stores.offline.faces.living(spaceOf(device), device.subjectId, clock.now())
  }

  /** Their templates, turned by the device's key. One that is damaged is nobody's. */
  const entriesOf = async (stores: Stores, device: OfflineDevice, wanted: ReadonlyMap<string, string>) => {
    const space = spaceOf(device)
    const keys = await stores.applicationKeys.of(space.applicationId)
    const toEntry = ({ id, subjectId, ...face }: Face): PullEntry => {
      const vector = keys.turnForDevice(device.id, model.modelId, face)
      const template = encodeTemplate({ modelId: model.modelId, vector })
      return { face_id: id, facial_id: subjectId, template: encodeBase64Url(template) }
    }
    const faces = await stores.faces.ofSubjects(space, [...new Set(wanted.values())]).catch(noneOpens)
    return faces.filter(({ id }) => wanted.has(id)).map(toEntry)
  }

  /** As `entriesOf`, as many as there is room for, and how many were not looked at: what is damaged takes up no room. */
  const openFresh = async (stores: Stores, device: OfflineDevice, fresh: readonly LivingFace[], room: number) => {
    const entries: PullEntry[] = []
    let looked = 0
    while (entries.length < room && looked < fresh.length) {
      const some = fresh.slice(looked, looked + room - entries.length)
      entries.push(...(await entriesOf(stores, device, personOfFace(some))))
      looked += some.length
    }
    return { entries, left: fresh.length - looked }
  }

  const statementOf = async (stores: Stores, device: OfflineDevice, cursor: number, held: readonly HandedFace[]) => {
    const now = clock.now()
    const last = await stores.offline.snapshots.newest(refOf(device))
    const isGood = last?.cursor === cursor && now.getTime() - last.createdAt.getTime() < sameStatementMs
    const lifeMs = device.kind === 'kiosk' ? syncLimits.kioskMs : syncLimits.ownDeviceMs
    const expiresAt = new Date(now.getTime() + lifeMs)
    const snapshot: HandedSnapshot =
      isGood && last !== undefined ? last : { ...refOf(device), id: rowId(), cursor, createdAt: now, expiresAt }
    if (snapshot !== last) await stores.offline.snapshots.insert(snapshot)
    return {
      snapshot_id: snapshot.id,
      device_id: device.id,
      cursor,
      faces: held.length,
      digest: await digestOf(held),
      iat: seconds(snapshot.createdAt),
      exp: seconds(snapshot.expiresAt),
    }
  }

  /** @param cursor of the page that the device has applied, as it says */
  const makePage = async (
    stores: Stores,
    device: OfflineDevice,
    application: Application,
    cursor: number | null,
  ): Promise<Page> => {
    const ref = refOf(device)
    const isKnown = cursor !== null && cursor >= device.floorEpoch && cursor <= device.epoch
    const from = isKnown ? cursor : device.epoch
    if (!isKnown) {
      await stores.offline.faces.markUnhanded(ref)
      await stores.offline.devices.update(ref, { floorEpoch: device.epoch })
    }
    const living = await livingFaces(stores, device, application)
    const livingIds = new Set(living.map(({ faceId }) => faceId))
    const ledger = new Map((await stores.offline.faces.list(ref)).map((face) => [face.faceId, face]))
    const gone = [...ledger.values()].filter((face) => face.removedEpoch === null && !livingIds.has(face.faceId))
    const again = [...ledger.values()].filter(
      (face) => isHeld(face) && face.addedEpoch > from && livingIds.has(face.faceId),
    )
    const page = fittingPages(again)
    const isCaughtUp = page.length === again.length
    const fresh = living.filter(({ faceId }) => !isHeld(ledger.get(faceId)))
    const room = isCaughtUp ? syncLimits.pageFaces - page.length : 0
    const added = await openFresh(stores, device, fresh, room)
    const isChanged = added.entries.length > 0 || gone.length > 0
    const epoch = isChanged ? device.epoch + 1 : device.epoch
    await stores.offline.faces.markRemoved(
      ref,
      gone.map(({ faceId }) => faceId),
      epoch,
      clock.now(),
    )
    const entries = [...(await entriesOf(stores, device, personOfFace(page))), ...added.entries]
    const epochs = new Map(page.map((face) => [face.faceId, face.addedEpoch]))
    await stores.offline.faces.put(
      ref,
      entries.map(({ face_id: faceId, facial_id: subjectId, template }) => ({
        faceId,
        subjectId,
        templateHash: hashOf(template),
        addedEpoch: epochs.get(faceId) ?? epoch,
        removedEpoch: null,
      })),
    )
    const reached = isCaughtUp ? epoch : (page.at(-1)?.addedEpoch ?? epoch)
    const more = !isCaughtUp || added.left > 0
    await stores.offline.devices.update(ref, { epoch, ...(more ? {} : { handedAt: clock.now() }) })
    const after = await stores.offline.faces.list(ref)
    const held = after.filter((face) => isHeld(face) && face.addedEpoch <= reached)
    const tombstones = after.filter(({ removedEpoch }) => isKnown && removedEpoch !== null && removedEpoch > from)
    return {
      since: isKnown ? cursor : null,
      cursor: reached,
      more,
      tombstones: tombstones.map(({ faceId }) => faceId),
      entries,
      claims: await statementOf(stores, device, reached, held),
    }
  }

  return {
    async pull(request, caller) {
      refuseStale(request.sent_at, clock.now())
      const { claims, ...page } = await database.transaction(async (stores) => {
        const device = await holdDevice(stores, caller)
        const known = await acknowledge(stores, device, request.cursor, clock.now())
        await recordPull(stores, known, clock.now())
        return makePage(stores, known, caller.application, request.cursor)
      })
      const snapshot = await signer.sign(claims, 'mien-snapshot+jwt')
      return { ...page, snapshot, policy: offlinePolicyOf(caller, model) }
    },
  }
}

/** A device asks every few minutes, and a large gallery has many pages: which device did is written down once an hour. */
async function recordPull(stores: Stores, device: OfflineDevice, at: Date): Promise<void> {
  const { applicationId, id, subjectId, pullRecordedAt: last } = device
  if (last !== null && Math.abs(at.getTime() - last.getTime()) < recordPullsMs) return
  await stores.offline.devices.update(refOf(device), { pullRecordedAt: at })
  await stores.audit.append({ applicationId, event: 'offline_pulled', outcome: id, subjectId, sessionId: null, at })
}

/** Faces of which none opens hold up nobody's tombstones. */
function noneOpens(error: unknown): readonly Face[] {
  if (error instanceof MienError && error.code === 'INTERNAL') return []
  throw error
}

type LivingFace = Pick<HandedFace, 'faceId' | 'subjectId'>

const personOfFace = (faces: readonly LivingFace[]): ReadonlyMap<string, string> =>
  new Map(faces.map(({ faceId, subjectId }) => [faceId, subjectId ?? '']))

type HeldFace = HandedFace & { readonly addedEpoch: number }

const isHeld = (face: HandedFace | undefined): face is HeldFace =>
  face !== undefined && face.removedEpoch === null && face.addedEpoch !== null

/** Whole epochs, oldest first, as many as fit on a page; at least one, which fitted when it was made. */
function fittingPages(faces: readonly HandedFace[]): readonly HeldFace[] {
  const held = faces.filter(isHeld).sort((a, b) => a.addedEpoch - b.addedEpoch || (a.faceId < b.faceId ? -1 : 1))
  if (held.length <= syncLimits.pageFaces) return held
  const cut = held[syncLimits.pageFaces]!.addedEpoch
  const whole = held.filter(({ addedEpoch }) => addedEpoch < cut)
  return whole.length > 0 ? whole : held.filter(({ addedEpoch }) => addedEpoch === cut)
}

const sha256 = async (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

const hashOf = (template: string): string =>
  createHash('sha256').update(Buffer.from(template, 'base64url')).digest('base64url')

const digestOf = (faces: readonly HandedFace[]): Promise<string> =>
  snapshotDigest(
    faces.map(({ faceId, subjectId, templateHash }) => ({ faceId, facialId: subjectId ?? '', templateHash })),
    sha256,
  )

const seconds = (at: Date): number => Math.floor(at.getTime() / 1000)
