import { MienError } from '@mien/shared/errors'
import type { ApplicationKeys, SealedPlace, TurnedTemplate } from '../domain/application-keys.ts'
import { packTemplate, unpackTemplate } from '../domain/packed-template.ts'

/** One of the two, as the key version says. */
export interface StoredTemplate {
  readonly vector: Float32Array | null
  readonly sealed: Uint8Array | null
}

type FaceRow = Readonly<Record<'id' | 'galleryId' | 'subjectId' | 'modelId', string>> & { readonly keyVersion: number }

/** Whose it is and what it may be compared with is part of the place: a face that was given to somebody else does not open. */
export const placeOfFace = ({ galleryId, subjectId, modelId, keyVersion, id }: FaceRow): SealedPlace => ({
  column: 'faces.sealed',
  row: [galleryId, subjectId, modelId, keyVersion, id].join('|'),
})

interface PhotoRow {
  readonly sessionId: string
  readonly modelId: string
  readonly keyVersion: number
  readonly minLevel: number
}

/** With the level that is a match, which whoever writes to the table could lower. */
export const placeOfPhoto = ({ sessionId, modelId, keyVersion, minLevel }: PhotoRow): SealedPlace => ({
  column: 'session_photos.sealed',
  row: [sessionId, modelId, keyVersion, minLevel].join('|'),
})

/**
 * In the form that the template's key version has.
 *
 * @throws MienError INTERNAL when the version is not known; as `packTemplate`
 */
export function storeTemplate(keys: ApplicationKeys, place: SealedPlace, template: TurnedTemplate): StoredTemplate {
  const { vector, keyVersion } = template
  const key = keys.keys.find(({ version, use }) => version === keyVersion && use === 'all')
  if (key === undefined) throw new MienError('INTERNAL', { message: 'The template is of no key that there is' })
  if (key.protection === 'rotated') return { vector, sealed: null }
  return { vector: null, sealed: keys.seal(place, packTemplate(vector)) }
}

/**
 * The turned unit vector.
 *
 * @param open throws MienError INTERNAL when it was sealed for another place, or was changed
 */
export const readTemplate = async (
  open: (place: SealedPlace, sealed: Uint8Array) => Uint8Array | Promise<Uint8Array>,
  place: SealedPlace,
  { vector, sealed }: StoredTemplate,
): Promise<Float32Array> => vector ?? unpackTemplate(await open(place, sealed ?? new Uint8Array()))
