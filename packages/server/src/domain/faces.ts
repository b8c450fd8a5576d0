import { MienError } from '@mien/shared/errors'
import type { Face } from './model.ts'
import type { Clock, Database } from './ports.ts'
import type { Subjects } from './subjects.ts'

/** A face without its vector, which is of no use outside. */
export type FaceEntry = Pick<Face, 'id' | 'modelId'>

/** The faces of a person, as a backend manages them. All throw MienError NOT_FOUND and GONE for people who are not there. */
export interface Faces {
  /** Oldest first. */
  list(applicationId: string, subjectId: string): Promise<readonly FaceEntry[]>
  /**
   * The picture that is kept goes with the newest face, which it was of; what the person was granted before is worth nothing.
   *
   * @throws MienError NOT_FOUND
   */
  remove(applicationId: string, subjectId: string, faceId: string): Promise<void>
}

export interface FacesOptions {
  readonly database: Database
  readonly clock: Clock
  readonly subjects: Pick<Subjects, 'find'>
}

export function createFaces({ database, clock, subjects }: FacesOptions): Faces {
  return {
    async list(applicationId, subjectId) {
      await subjects.find(applicationId, subjectId)
      return database.stores.faces.listOfSubject(applicationId, subjectId)
    },

    async remove(applicationId, subjectId, faceId) {
      const { galleryId } = await subjects.find(applicationId, subjectId)
      await database.transaction(async (stores) => {
        await stores.applications.hold(applicationId)
        await stores.galleries.lock(applicationId, galleryId)
        if (!(await stores.subjects.hold(applicationId, subjectId))) throw new MienError('GONE')
        const newest = (await stores.faces.listOfSubject(applicationId, subjectId)).at(-1)
        if (!(await stores.faces.remove(applicationId, subjectId, faceId))) throw new MienError('NOT_FOUND')
        if (newest?.id === faceId) await stores.keptImages.remove(applicationId, subjectId)
        await stores.results.endOfSubject(applicationId, subjectId, clock.now())
        const about = { subjectId, sessionId: null, at: clock.now() }
        await stores.audit.append({ applicationId, event: 'face_removed', outcome: 'ok', ...about })
      })
    },
  }
}
