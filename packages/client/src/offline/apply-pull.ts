import { type PullResponse, snapshotClaims } from '@mien/shared/api/sync'
import { decodeBase64Url, encodeBase64Url } from '@mien/shared/bytes'
import { MienError } from '@mien/shared/errors'
import { snapshotDigest } from '@mien/shared/sync/snapshot'
import { applyPage, type HeldGallery } from '@mien/shared/sync/tombstone'
import type { DeviceState, OfflineFace, Registration, Statement } from './device-state.ts'
import { readStatement } from './server-statement.ts'

export const sha256 = async (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))

/**
 * What the device holds after a page: tombstones first, then faces, and the server's statement over all of it (SY10, SY11). A page that
 * does not begin where the device is changes nothing.
 *
 * @throws MienError SIGNATURE_INVALID where the statement is not the server's, or not of what is held then: nothing is applied
 */
export async function applyPull(state: DeviceState, page: PullResponse): Promise<DeviceState> {
  const { registration } = state
  if (registration === null) return state
  const { since, cursor, tombstones, policy } = page
  const entries = await Promise.all(page.entries.map(toFace))
  const gallery = applyPage(state.gallery, {
    since,
    cursor,
    tombstones,
    entries: entries.map((face) => [face.faceId, face] as const),
  })
  if (gallery === state.gallery) return state
  const statement = await toStatement(page.snapshot, registration)
  if (!(await covers(statement, gallery))) throw new MienError('SIGNATURE_INVALID')
  return { ...state, gallery, statement, policy }
}

async function toFace({ face_id, facial_id, template }: PullResponse['entries'][number]): Promise<OfflineFace> {
  const templateHash = encodeBase64Url(await sha256(decodeBase64Url(template)))
  return { faceId: face_id, facialId: facial_id, templateHash, template }
}

/** @throws MienError SIGNATURE_INVALID, also for that of another device */
async function toStatement(token: string, { device_id, server_keys }: Registration): Promise<Statement> {
  const claims = await readStatement(token, 'mien-snapshot+jwt', server_keys, snapshotClaims)
  if (claims.device_id !== device_id) throw new MienError('SIGNATURE_INVALID')
  const { snapshot_id: snapshotId, cursor, faces, digest, exp } = claims
  return { snapshotId, cursor, faces, digest, expiresMs: exp * 1000, token }
}

const covers = async (statement: Statement, { cursor, faces }: HeldGallery<OfflineFace>): Promise<boolean> =>
  statement.cursor === cursor &&
  statement.faces === faces.size &&
  statement.digest === (await snapshotDigest(faces.values(), sha256))

/** Whether what came from the disk is what the server signed, to the last byte of each template. */
export async function isAsSigned({ registration, statement, gallery }: DeviceState): Promise<boolean> {
  if (registration === null || statement === null) return false
  const signed = await toStatement(statement.token, registration).catch(() => undefined)
  const faces = await Promise.all([...gallery.faces.values()].map(withOwnHash))
  const held = { cursor: gallery.cursor, faces: new Map(faces.map((face) => [face.faceId, face])) }
  return signed !== undefined && signed.expiresMs === statement.expiresMs && covers(signed, held)
}

const withOwnHash = ({ faceId, facialId, template }: OfflineFace): Promise<OfflineFace> =>
  toFace({ face_id: faceId, facial_id: facialId, template })
