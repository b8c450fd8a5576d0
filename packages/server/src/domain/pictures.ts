import { MienError } from '@mien/shared/errors'
import { verifies } from '@mien/shared/policy/identify'
import { qualityScore } from '@mien/shared/policy/quality-score'
import { compareTemplates } from '@mien/shared/vision/compare'
import type { FaceAnalysis, FaceAttributes } from '@mien/shared/vision/types'
import type { AnalysePictureOptions, ImageAnalyser, ImageType, PictureFacts } from './image-analyser.ts'
import type { TemplateModel } from './model.ts'

/** A picture as somebody uploaded it. */
export interface Picture {
  readonly file: Uint8Array
  readonly declaredType: string | undefined
  /** Default: all that can be read. */
  readonly acceptedTypes?: readonly ImageType[]
  /** Largest file. */
  readonly maxBytes?: number
}

export interface Likeness {
  /** Cosine of the two templates, -1..1. */
  readonly score: number
  /** Whether it reaches the threshold for one claimed person (PO1). */
  readonly isSamePerson: boolean
}

/** The one face of a picture. */
export interface FaceSample {
  readonly face: FaceAnalysis
  /** 0..1, see qualityScore. */
  readonly quality: number
  /** The picture upright, re-encoded and without metadata; only when it was asked for. */
  readonly kept?: Uint8Array
}

/** What a picture must have beyond one face. Null: not checked. */
export interface PictureGates {
  readonly minLive: number | null
  readonly minQuality: number | null
}

export const noGates: PictureGates = { minLive: null, minQuality: null }

/** Photographs that a backend asks about. */
export interface Pictures {
  /**
   * The one face in it. Presentation attacks come before quality, so that an attack is called one; `minQuality` of an enrolment
   * is looked at by the enrolment, after morphs.
   *
   * @throws MienError NO_FACE, MANY_FACES, FACE_TOO_SMALL, FACE_CROPPED, SPOOF_SUSPECTED, QUALITY_TOO_LOW and those of ImageAnalyser
   */
  look(picture: Picture, gates: PictureGates, options: LookOptions): Promise<FaceSample>
  /** @throws MienError NO_FACE, MANY_FACES, FACE_TOO_SMALL, FACE_CROPPED and those of ImageAnalyser */
  compare(a: Picture, b: Picture, signal: AbortSignal): Promise<Likeness>
  /** @throws MienError as `compare` */
  guessAttributes(picture: Picture, signal: AbortSignal): Promise<FaceAttributes>
  /** Rejects with the reason when pictures cannot be looked at. */
  check(): Promise<void>
}

export interface LookOptions {
  readonly signal: AbortSignal
  /** Whether the picture may be kept afterwards. */
  readonly keep?: boolean
}

/** Distance of the eye centres under which a face has to be enlarged by half to fill the networks' input. By judgement. */
const minInterEyePx = 24

/** Part of the face that must be inside the picture. By judgement. */
const minInsideRatio = 0.7

export function createPictures({ analyser, model }: { analyser: ImageAnalyser; model: TemplateModel }): Pictures {
  const analyse = ({ file, ...rules }: Picture, options: AnalysePictureOptions): Promise<PictureFacts> =>
    analyser.analyse(file, { ...rules, ...options })

  const faceOf = async (picture: Picture, options: AnalysePictureOptions): Promise<FaceAnalysis> =>
    theFace(await analyse(picture, options))

  return {
    async look(picture, { minLive, minQuality }, { signal, keep = false }) {
      const facts = await analyse(picture, { signal, keep })
      const face = theFace(facts)
      if (minLive !== null && !(face.pad.live >= minLive)) throw new MienError('SPOOF_SUSPECTED')
      const quality = qualityScore(face)
      checkQuality(quality, minQuality)
      return { face, quality, ...(facts.kept === undefined ? {} : { kept: facts.kept }) }
    },

    async compare(a, b, signal) {
      // One after the other: a bad first picture spares the second, and one caller takes one thread.
      const first = await faceOf(a, { signal })
      const second = await faceOf(b, { signal })
      const score = compareTemplates(first.template, second.template)
      return { score, isSamePerson: verifies(score, model.points) }
    },

    async guessAttributes(picture, signal) {
      const { attributes } = await faceOf(picture, { attributes: true, signal })
      if (attributes === undefined) throw new MienError('RUNTIME_UNAVAILABLE')
      return attributes
    },

    check: () => analyser.check(),
  }
}

function theFace({ faces, primary }: PictureFacts): FaceAnalysis {
  if (primary === undefined) throw new MienError('NO_FACE')
  if (faces.length > 1) throw new MienError('MANY_FACES')
  if (!(primary.quality.interEyeDistancePx >= minInterEyePx)) throw new MienError('FACE_TOO_SMALL')
  if (!(primary.quality.insideRatio >= minInsideRatio)) throw new MienError('FACE_CROPPED')
  return primary
}

/** @throws MienError QUALITY_TOO_LOW */
export function checkQuality(quality: number, minQuality: number | null): void {
  if (minQuality !== null && !(quality >= minQuality)) throw new MienError('QUALITY_TOO_LOW')
}
