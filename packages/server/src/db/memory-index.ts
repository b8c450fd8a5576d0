import { cosine } from '@mien/shared/template/unit-vector'
import type { Face, FaceSpace } from '../domain/model.ts'
import type { TemplateIndex } from '../domain/ports.ts'

export interface MemoryIndex extends TemplateIndex {
  put(face: Face): void
  remove(space: Place, faceId: string): void
}

type Place = FaceSpace & Pick<Face, 'keyVersion'>

const nameOf = ({ applicationId, galleryId, modelId, keyVersion }: Place) =>
  [applicationId, galleryId, modelId, keyVersion].join('|')

/** Exact search over vectors in this process. Knows what it was told, which may lag behind the database. */
export function createMemoryIndex(): MemoryIndex {
  const spaces = new Map<string, Map<string, Face>>()
  const facesOf = (space: Place) => spaces.get(nameOf(space)) ?? new Map<string, Face>()

  return {
    put(face) {
      const known = facesOf(face)
      known.set(face.id, face)
      spaces.set(nameOf(face), known)
    },
    remove(space, faceId) {
      facesOf(space).delete(faceId)
    },
    async nearest({ vector, limit, ...space }) {
      return [...facesOf(space).values()]
        .map((face) => ({ subjectId: face.subjectId, score: cosine(vector, face.vector) }))
        .filter((hit) => Number.isFinite(hit.score))
        .sort((a, b) => b.score - a.score)
        .slice(0, limit)
    },
  }
}
