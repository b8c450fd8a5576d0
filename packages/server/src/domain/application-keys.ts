import { createHmac } from 'node:crypto'
import type { ApplicationSettings } from '@mien/shared/api/applications'
import { MienError } from '@mien/shared/errors'
import { rotate, rotationKeyBytes, unrotate } from '@mien/shared/template/rotation'
import { createRootKey, type RootKey } from './root-key.ts'
import { openBox, sealBox } from './sealed-box.ts'

/**
 * What a key of an application is for. `find`: what must be found again, and what is gone within days; it is never replaced.
 * `all`: templates, payloads, pictures and PINs. `pins`: one of before, of which nothing is left but what its PINs need.
 */
export type KeyUse = 'find' | 'all' | 'pins'

/** How templates are stored: turned, and searched by the database; or turned and sealed, and searched in memory. */
export type TemplateProtection = ApplicationSettings['protection']

/** The version of the key of use `find`. */
export const findingVersion = 0

/** The first version that turns templates. */
export const firstVersion = 1

export interface OpenedKey {
  readonly version: number
  readonly use: KeyUse
  /** Of the templates that it turns, all of them: it changes with a new version alone. */
  readonly protection: TemplateProtection
  /** 32 bytes: the root; of use `pins` the pepper itself. */
  readonly secret: Uint8Array
}

/** Values that must be recognised but not read: deleted ids, templates and requests seen, PINs that must be unique. */
export type DigestPurpose = 'tombstone' | 'replay' | 'unique-pin' | 'idempotency' | 'attempt'

/** Where a sealed value stands. It opens in that column of that row alone. */
export interface SealedPlace {
  readonly column:
    | 'subjects.payload'
    | 'pins.hash'
    | 'kept_images.sealed'
    | 'faces.sealed'
    | 'session_photos.sealed'
    | 'idempotent_requests.answer'
    | 'webhook_deliveries.body'
    | 'offline_events.held'
  readonly row: string
}

/** A template as one key version turns it. */
export interface TurnedTemplate {
  readonly keyVersion: number
  /** Rotated unit vector. */
  readonly vector: Float32Array
}

/** A template as every version turns it under which templates may lie, oldest first. The last one is what is written. */
export type Probe = readonly TurnedTemplate[]

/** The keys of one application, of which none is in the database in clear. */
export interface ApplicationKeys {
  /** The newest, which turns and seals what is written. */
  readonly version: number
  /** Of the newest: how what is written lies. */
  readonly protection: TemplateProtection
  /** Those under which anything may lie, oldest first. */
  readonly keys: readonly OpenedKey[]
  protect(modelId: string, vector: Float32Array): Probe
  /** From an older version to the newest. @throws MienError INTERNAL when the version is not known */
  turnAgain(modelId: string, template: TurnedTemplate): TurnedTemplate
  /** What a template was before it was turned, filled up to a power of two. @throws MienError INTERNAL when the version is not known */
  turnBack(modelId: string, template: TurnedTemplate): Float32Array
  /** What a device that works without the server turns its probes by: its own, and the same when keys are replaced. */
  deviceRotationKey(deviceId: string, modelId: string, dimension: number): Uint8Array
  /** From one of the versions to a device's own key. @throws MienError INTERNAL when the version is not known */
  turnForDevice(deviceId: string, modelId: string, template: TurnedTemplate): Float32Array
  /** Keyed; stays the same when keys are replaced. */
  digest(purpose: DigestPurpose, value: Uint8Array): Uint8Array
  /** HMAC with the pepper of a version, so that a stolen table of PIN hashes is worth nothing by itself. */
  pepper(version: number, subjectId: string, pin: string): Uint8Array
  seal(place: SealedPlace, plain: Uint8Array): Uint8Array
  /** @throws MienError INTERNAL when it was sealed for another place or application, or was changed */
  open(place: SealedPlace, sealed: Uint8Array): Uint8Array
}

/** First byte of what an application's key seals: nothing that was stored before began with it. */
export const sealedMark = 2

const headBytes = 3

/** The version that sealed it; undefined for what no application's key sealed. */
export const sealingVersion = (sealed: Uint8Array): number | undefined =>
  sealed[0] === sealedMark && sealed.length > headBytes ? sealed[1]! * 256 + sealed[2]! : undefined

const shortLived: readonly SealedPlace['column'][] = [
  'idempotent_requests.answer',
  'webhook_deliveries.body',
  'offline_events.held',
]

/** @param opened all that the application has, oldest first, with those of use `find` and `all` among them */
export function createApplicationKeys(applicationId: string, opened: readonly OpenedKey[]): ApplicationKeys {
  const roots = new Map(
    opened.filter(({ use }) => use !== 'pins').map((key) => [key.version, createRootKey(key.secret)]),
  )
  const peppers = new Map(opened.filter(({ use }) => use === 'pins').map((key) => [key.version, key.secret]))
  const turning = opened.filter(({ use }) => use === 'all').map(({ version }) => version)
  const version = turning.at(-1)
  if (version === undefined || !roots.has(findingVersion)) throw lost()

  const rootOf = (wanted: number): RootKey => {
    const root = roots.get(wanted)
    if (root === undefined) throw lost()
    return root
  }
  const rotationKey = (of: number, modelId: string, dimension: number) =>
    rootOf(of).expand(`rotation|v1|${modelId}`, rotationKeyBytes(dimension))
  const deviceRotationKey: ApplicationKeys['deviceRotationKey'] = (deviceId, modelId, dimension) =>
    rootOf(findingVersion).expand(`offline|v1|${deviceId}|${modelId}`, rotationKeyBytes(dimension))
  const label = ({ column, row }: SealedPlace, of: number) => `${column}|${applicationId}|${row}|${of}`
  const sealKey = (of: number, { column }: SealedPlace) => rootOf(of).expand(`seal|v2|${column}`, 32)

  return {
    version,
    protection: opened.find((key) => key.version === version)!.protection,
    keys: opened,
    protect: (modelId, vector) =>
      turning.map((keyVersion) => ({
        keyVersion,
        vector: rotate(vector, rotationKey(keyVersion, modelId, vector.length)),
      })),
    turnBack: (modelId, { keyVersion, vector }) => unrotate(vector, rotationKey(keyVersion, modelId, vector.length)),
    turnAgain(modelId, { keyVersion, vector }) {
      const plain = unrotate(vector, rotationKey(keyVersion, modelId, vector.length))
      return { keyVersion: version, vector: rotate(plain, rotationKey(version, modelId, vector.length)) }
    },
    deviceRotationKey,
    turnForDevice(deviceId, modelId, { keyVersion, vector }) {
      const plain = unrotate(vector, rotationKey(keyVersion, modelId, vector.length))
      return rotate(plain, deviceRotationKey(deviceId, modelId, vector.length))
    },
    digest: (purpose, value) =>
      createHmac('sha256', rootOf(findingVersion).expand(`${purpose}|v1`, 32))
        .update(value)
        .digest(),
    pepper: (of, subjectId, pin) =>
      createHmac('sha256', peppers.get(of) ?? rootOf(of).expand(pepperInfo, 32))
        .update(`${subjectId}|${pin}`)
        .digest(),
    seal(place, plain) {
      const of = shortLived.includes(place.column) ? findingVersion : version
      const box = sealBox(sealKey(of, place), label(place, of), plain)
      return Buffer.concat([Uint8Array.of(sealedMark, of >> 8, of & 255), box])
    },
    open(place, sealed) {
      const of = sealingVersion(sealed)
      const plain = of === undefined ? null : openBox(sealKey(of, place), label(place, of), sealed.subarray(headBytes))
      if (plain === null) throw damaged(place)
      return plain
    },
  }
}

/** What is left of a key when it has nothing more to turn or to open: its root cannot be had from it. */
export const pepperAlone = ({ version, secret, use, protection }: OpenedKey): OpenedKey => ({
  version,
  use: 'pins',
  protection,
  secret: use === 'pins' ? secret : createRootKey(secret).expand(pepperInfo, 32),
})

const pepperInfo = 'pin|v1'

const lost = () => new MienError('INTERNAL', { message: 'A key of the application is not there' })

const damaged = ({ column }: SealedPlace) =>
  new MienError('INTERNAL', { message: `A stored value was changed or does not belong to its row: ${column}` })
