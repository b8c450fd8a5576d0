/** What a device holds of a gallery. Plain data; `Face` is whatever the host keeps of one. */
export interface HeldGallery<Face> {
  /** Of the newest page that was applied; null: none. */
  readonly cursor: number | null
  readonly faces: ReadonlyMap<string, Face>
}

export interface GalleryPage<Face> {
  /** Null: whatever is held goes first. */
  readonly since: number | null
  readonly cursor: number
  readonly tombstones: readonly string[]
  readonly entries: readonly (readonly [faceId: string, face: Face])[]
}

export const emptyGallery = <Face>(): HeldGallery<Face> => ({ cursor: null, faces: new Map() })

/**
 * Applies a page: tombstones first, then faces. A page that does not begin where the device is was overtaken, lost its way or came
 * twice, and changes nothing.
 *
 * @returns the same object where nothing was applied
 */
export function applyPage<Face>(held: HeldGallery<Face>, page: GalleryPage<Face>): HeldGallery<Face> {
  const isReset = page.since === null
  if (!isReset && page.since !== held.cursor) return held
  const faces = new Map(isReset ? [] : held.faces)
  for (const faceId of page.tombstones) faces.delete(faceId)
  for (const [faceId, face] of page.entries) faces.set(faceId, face)
  return { cursor: page.cursor, faces }
}

/** Until when, and over what, the server vouched for what is held. */
export interface HeldStatement {
  readonly cursor: number
  readonly faces: number
  /** Milliseconds since 1970. */
  readonly expiresMs: number
}

/** Whether anybody may be compared with what is held. Its digest is checked when it is read from the disk. */
export const mayRecognise = (
  { cursor, faces }: HeldGallery<unknown>,
  statement: HeldStatement | null,
  clock: { readonly seenMs: number; readonly isLocked: boolean },
): boolean =>
  statement !== null &&
  !clock.isLocked &&
  statement.cursor === cursor &&
  statement.faces === faces.size &&
  clock.seenMs < statement.expiresMs
