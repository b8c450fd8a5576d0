import { MienError } from './errors.ts'

/** A facial ID: 16 random bytes, spelled as a lowercase dashed UUID (see DESIGN words in SPEC.md). */
export type FacialId = string & { readonly __brand: 'FacialId' }

const canonicalUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Only the canonical spelling: PostgreSQL would also take braces and upper case, and each spelling would be another lockout key. */
export const isCanonicalUuid = (text: string): boolean => canonicalUuid.test(text)

/** @throws MienError ID_FORMAT */
export function parseFacialId(text: string): FacialId {
  if (!isCanonicalUuid(text)) throw new MienError('ID_FORMAT')
  return text as FacialId
}
