import { MienError } from '@mien/shared/errors'
import { verifies } from '@mien/shared/policy/identify'
import { compareTemplates } from '@mien/shared/vision/compare'
import type { FaceAnalysis, FaceAttributes } from '@mien/shared/vision/types'
import type { AnalysePictureOptions, ImageAnalyser } from './image-analyser.ts'
import type { TemplateModel } from './model.ts'

/** A picture as somebody uploaded it. */
export interface Picture {
  readonly file: Uint8Array
  readonly declaredType: string | undefined
}

export interface Likeness {
  /** Cosine of the two templates, -1..1. */
  readonly score: number
  /** Whether it reaches the threshold for one claimed person (PO1). */
  readonly isSamePerson: boolean
}

/** Photographs that a backend asks about. None of them is kept, and nobody is enrolled or recognised by them. */
export interface Pictures {
  /** @throws MienError NO_FACE, MANY_FACES, FACE_TOO_SMALL, FACE_CROPPED and those of ImageAnalyser */
  compare(a: Picture, b: Picture, signal: AbortSignal): Promise<Likeness>
  /** @throws MienError as `compare` */
  guessAttributes(picture: Picture, signal: AbortSignal): Promise<FaceAttributes>
  /** Rejects with the reason when pictures cannot be looked at. */
  check(): Promise<void>
}

/** Distance of the eye centres under which a face has to be enlarged by half to fill the networks' input. By judgement. */
const minInterEyePx = 24

/** Part of the face that must be inside the picture. By judgement. */
const minInsideRatio = 0.7

export function createPictures({ analyser, model }: { analyser: ImageAnalyser; model: TemplateModel }): Pictures {
  const faceOf = async ({ file, declaredType }: Picture, options: AnalysePictureOptions): Promise<FaceAnalysis> => {
    const { faces, primary } = await analyser.analyse(file, { ...options, declaredType })
    if (primary === undefined) throw new MienError('NO_FACE')
    if (faces.length > 1) throw new MienError('MANY_FACES')
    if (!(primary.quality.interEyeDistancePx >= minInterEyePx)) throw new MienError('FACE_TOO_SMALL')
    if (!(primary.quality.insideRatio >= minInsideRatio)) throw new MienError('FACE_CROPPED')
    return primary
  }

  return {
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
