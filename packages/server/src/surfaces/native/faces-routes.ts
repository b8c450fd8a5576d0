import { faceRequest, identifyRequest, verifyRequest } from '@mien/shared/api/faces'
import { decodeBase64Url } from '@mien/shared/bytes'
import { MienError } from '@mien/shared/errors'
import { acceptableQuality } from '@mien/shared/policy/quality-score'
import { decodeTemplate } from '@mien/shared/template/format'
import type { Context, MiddlewareHandler } from 'hono'
import { faceOfSample, type NewFace } from '../../domain/face-enrolments.ts'
import type { Application } from '../../domain/model.ts'
import { noGates } from '../../domain/pictures.ts'
import { clientAddress } from '../../http/client-address.ts'
import * as wire from './faces-wire.ts'
import * as map from './map.ts'
import type { Parts } from './parts.ts'
import { type GivenFace, readFaceRequest } from './read-face-request.ts'

/** Requests whose body the routes read themselves: there may be pictures in it, and it may be large. */
const bringsFace = /^\/v1\/(subjects\/[^/]+\/faces|verify|identify|submissions|reveals)$/

/** `middleware` for every request but those that bring a face. */
export const unlessFace =
  (middleware: MiddlewareHandler): MiddlewareHandler =>
  (c, next) =>
    c.req.method === 'POST' && bringsFace.test(c.req.path) ? next() : middleware(c, next)

/** Faces of people, comparisons with them, and the pictures that are kept. */
export function addFaces({ app, auth, services, once }: Parts): void {
  const { subjects, galleries, faces, faceEnrolments, recognition, keptImages, pictures, model } = services

  /** The unit vector of what was given, and what is known of the picture. */
  const look = async (c: Context, { face }: Pick<GivenFace<object>, 'face'>, keep: boolean): Promise<NewFace> => {
    if ('picture' in face) {
      return faceOfSample(await pictures.look(face.picture, noGates, { signal: c.req.raw.signal, keep }))
    }
    return { vector: decodeTemplate(decodeBase64Url(face.template), model).vector, sample: null }
  }
  const qualityOf = ({ sample }: NewFace): number | null => sample?.quality ?? null

  app.openapi(wire.addFace, async (c) => {
    const application = await auth.backend(c)
    const { settings } = application
    const { id: subjectId, galleryId } = await subjects.find(application.id, c.req.valid('param').facial_id)
    const given = await readFaceRequest(c, faceRequest, ['template', 'mode', 'consent'])
    const { mode: how = 'add', consent } = given.fields
    const enroll = async () => {
      const face = await look(c, given, settings.retain_images)
      const { faceId } = await faceEnrolments.enroll({
        application,
        galleryId,
        face,
        owner: { kind: 'existing', subjectId, how },
        minQuality: acceptableQuality,
        refuseMorphs: settings.refuse_morphs,
        mayRepeat: !settings.prevent_duplicates,
        clientAddress: clientAddress(c),
        consent: consent === undefined ? null : { ...consent, method: 'integrator' },
      })
      return { ...map.toFace({ id: faceId, modelId: model.modelId }), quality: qualityOf(face) }
    }
    return c.json(await once(c, application.id, given.content, enroll), 201)
  })

  app.openapi(wire.listFaces, async (c) => {
    const { id } = await auth.backend(c)
    const all = await faces.list(id, c.req.valid('param').facial_id)
    return c.json({ faces: all.map(map.toFace) }, 200)
  })

  app.openapi(wire.deleteFace, async (c) => {
    const { id } = await auth.backend(c)
    const { facial_id: facialId, face_id: faceId } = c.req.valid('param')
    await faces.remove(id, facialId, faceId)
    return c.body(null, 204)
  })

  app.openapi(wire.getImage, async (c) => {
    const { id } = await auth.backend(c)
    const subject = await subjects.find(id, c.req.valid('param').facial_id)
    const picture = await keptImages.read(id, subject.id)
    return c.body(new Uint8Array(picture), 200, { 'Content-Type': 'image/jpeg' })
  })

  app.openapi(wire.deleteImage, async (c) => {
    const { id } = await auth.backend(c)
    const subject = await subjects.find(id, c.req.valid('param').facial_id)
    if (!(await keptImages.remove(id, subject.id))) throw new MienError('IMAGE_NOT_KEPT')
    return c.body(null, 204)
  })

  const claimed = async ({ id }: Application, { facial_id: facialId, user_ref: userRef, gallery }: Claim) => {
    if ((facialId === undefined) === (userRef === undefined)) throw invalid('Give either facial_id or user_ref')
    if (facialId !== undefined) {
      if (gallery !== undefined) throw invalid('gallery goes with user_ref')
      return subjects.find(id, facialId)
    }
    const { id: galleryId } = await galleries.findByName(id, gallery ?? 'default')
    const [subject] = await subjects.list(id, { galleryId, externalRef: userRef!, limit: 1 })
    if (subject === undefined) throw new MienError('NOT_FOUND')
    return subject
  }

  app.openapi(wire.verify, async (c) => {
    const application = await auth.backend(c)
    const given = await readFaceRequest(c, verifyRequest, ['template', 'facial_id', 'user_ref', 'gallery'])
    const { id: facialId, galleryId } = await claimed(application, given.fields)
    const face = await look(c, given, false)
    const probe = { applicationId: application.id, galleryId, vector: face.vector }
    const { score, isMatch, threshold } = await recognition.verify(probe, facialId)
    return c.json({ facial_id: facialId, match: isMatch, score, threshold, quality: qualityOf(face) }, 200)
  })

  app.openapi(wire.identify, async (c) => {
    const { id: applicationId } = await auth.backend(c)
    const given = await readFaceRequest(c, identifyRequest, ['template', 'gallery', 'limit', 'min_score'])
    const { gallery = 'default', limit = 5, min_score: minScore } = given.fields
    const { id: galleryId } = await galleries.findByName(applicationId, gallery)
    const face = await look(c, given, false)
    const probe = { applicationId, galleryId, vector: face.vector }
    const answer = await recognition.search(probe, { minScore: minScore ?? -1, limit })
    const named = answer.candidates.filter(({ score }) => score >= (minScore ?? answer.threshold))
    return c.json(map.toIdentified({ ...answer, candidates: named }, qualityOf(face)), 200)
  })
}

interface Claim {
  readonly facial_id?: string | undefined
  readonly user_ref?: string | undefined
  readonly gallery?: string | undefined
}

const invalid = (message: string): MienError => new MienError('REQUEST_INVALID', { message })
