import { MienError } from '@mien/shared/errors'
import type { FaceSpace } from '../domain/model.ts'
import { type Allowance, createSealedGallery, type SealedGallery } from './sealed-gallery.ts'

/** Opened galleries of all applications, within one limit: the one that was searched longest ago makes room for the next. */
export interface GalleryMemory {
  find(space: FaceSpace): SealedGallery | undefined
  /**
   * An empty one, for which memory is put aside and which is nobody's yet. Whoever opens it keeps or releases it.
   *
   * @param bytes that it will need
   * @throws MienError OVERLOADED when that is more than there is, were it alone, or than those that are being opened leave
   */
  open(cursor: bigint, bytes: number): SealedGallery
  /** From now on searches find it. @returns false when there is one of the space already */
  keep(space: FaceSpace, gallery: SealedGallery): boolean
  isKept(gallery: SealedGallery): boolean
  /** Of one that is kept, else 0; without a search. */
  bytesOf(space: FaceSpace): number
  drop(space: FaceSpace): void
  spaces(): readonly FaceSpace[]
  usedBytes(): number
}

const nameOf = ({ applicationId, galleryId, modelId }: FaceSpace) => `${applicationId}|${galleryId}|${modelId}`

/** @param maxBytes of the galleries that are kept and of those that are being opened, together */
export function createGalleryMemory(maxBytes: number): GalleryMemory {
  const kept = new Map<string, { readonly space: FaceSpace; readonly gallery: SealedGallery }>()
  const settling = new WeakMap<SealedGallery, () => void>()
  let used = 0

  const drop = (space: FaceSpace) => {
    const name = nameOf(space)
    kept.get(name)?.gallery.release()
    kept.delete(name)
  }

  /** Never one that is just being written to: that one asks for the memory. And none where even that would not be enough. */
  const makeRoom = (bytes: number, own?: SealedGallery) => {
    const others = [...kept.values()].filter(({ gallery }) => gallery !== own)
    const least = used - others.reduce((sum, { gallery }) => sum + gallery.bytes, 0)
    if (least + bytes > maxBytes) throw noRoom(maxBytes)
    for (const { space } of others) {
      if (used + bytes <= maxBytes) return
      drop(space)
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
      makeRoom(expectedBytes)
      let aside = expectedBytes
      used += aside
      const allowance: Allowance = {
        take(bytes) {
          const more = Math.max(0, bytes - aside)
          makeRoom(more, gallery)
          aside -= bytes - more
          used += more
        },
        give(bytes) {
          used -= bytes
        },
        settle() {
          used -= aside
          aside = 0
        },
      }
      const gallery = createSealedGallery(allowance, cursor)
      settling.set(gallery, allowance.settle)
      return gallery
    },
    keep(space, gallery) {
      const name = nameOf(space)
      if (kept.has(name)) return kept.get(name)?.gallery === gallery
      kept.set(name, { space, gallery })
      settling.get(gallery)?.()
      return true
    },
    isKept: (gallery) => [...kept.values()].some((each) => each.gallery === gallery),
    bytesOf: (space) => kept.get(nameOf(space))?.gallery.bytes ?? 0,
    drop,
    spaces: () => [...kept.values()].map(({ space }) => space),
    usedBytes: () => used,
  }
}

const noRoom = (maxBytes: number) =>
  new MienError('OVERLOADED', {
    message: `The sealed templates that are searched now do not fit into ${Math.round(maxBytes / 2 ** 20)} MiB: see MIEN_SEALED_MEMORY_MB`,
  })
