import { MienError } from '@mien/shared/errors'
import type { FaceSpace } from '../domain/model.ts'
import { type Allowance, createSealedGallery, type SealedGallery } from './sealed-gallery.ts'

/** Opened galleries of all applications, within one limit: the one that was searched longest ago makes room for the next. */
export interface GalleryMemory {
  find(space: FaceSpace): SealedGallery | undefined
  /**
   * An empty one, which counts within the limit and is nobody's yet. Whoever opens it keeps or releases it.
   *
   * @param bytes that it will need
   * @throws MienError OVERLOADED when that is more than there is, were it alone
   */
  open(cursor: bigint, bytes: number): SealedGallery
  /** From now on searches find it. @returns false when there is one of the space already */
  keep(space: FaceSpace, gallery: SealedGallery): boolean
  isKept(gallery: SealedGallery): boolean
  drop(space: FaceSpace): void
  spaces(): readonly FaceSpace[]
  usedBytes(): number
}

const nameOf = ({ applicationId, galleryId, modelId }: FaceSpace) => `${applicationId}|${galleryId}|${modelId}`

/** @param maxBytes of the galleries that are kept and of those that are being opened, together */
export function createGalleryMemory(maxBytes: number): GalleryMemory {
  const kept = new Map<string, { readonly space: FaceSpace; readonly gallery: SealedGallery }>()
  let used = 0

  const drop = (space: FaceSpace) => {
    const name = nameOf(space)
    kept.get(name)?.gallery.release()
    kept.delete(name)
  }

  /** Never one that is just being written to: that one asks for the memory. */
  const makeRoom = (bytes: number, own: () => SealedGallery) => {
    for (const { space, gallery } of [...kept.values()]) {
      if (used + bytes <= maxBytes) return
      if (gallery !== own()) drop(space)
    }
  }

  return {
    find(space) {
      const found = kept.get(nameOf(space))
      if (found === undefined) return undefined
      // A map keeps the order of insertion: the last one searched stands last.
      kept.delete(nameOf(space))
      kept.set(nameOf(space), found)
      return found.gallery
    },
    open(cursor, expectedBytes) {
      if (expectedBytes > maxBytes) throw noRoom(maxBytes)
      const allowance: Allowance = {
        take(bytes) {
          makeRoom(bytes, () => gallery)
          if (used + bytes > maxBytes) throw noRoom(maxBytes)
          used += bytes
        },
        give(bytes) {
          used -= bytes
        },
      }
      const gallery = createSealedGallery(allowance, cursor)
      return gallery
    },
    keep(space, gallery) {
      const name = nameOf(space)
      if (kept.has(name)) return kept.get(name)?.gallery === gallery
      kept.set(name, { space, gallery })
      return true
    },
    isKept: (gallery) => [...kept.values()].some((each) => each.gallery === gallery),
    drop,
    spaces: () => [...kept.values()].map(({ space }) => space),
    usedBytes: () => used,
  }
}

const noRoom = (maxBytes: number) =>
  new MienError('OVERLOADED', {
    message: `The sealed templates of a gallery do not fit into ${Math.round(maxBytes / 2 ** 20)} MiB: see MIEN_SEALED_MEMORY_MB`,
  })
