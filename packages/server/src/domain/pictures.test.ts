import type { ErrorCode } from '@mien/shared/errors'
import type { FaceAnalysis } from '@mien/shared/vision/types'
import { expect, test } from 'vitest'
import { testModel } from '../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../test/fixtures/synthetic-templates.ts'
import { createPictures } from './pictures.ts'

const signal = new AbortController().signal
const picture = { file: Uint8Array.of(1), declaredType: undefined }

const face = (changes: object = {}, modelId = testModel.modelId) =>
  ({
    quality: { interEyeDistancePx: 24, insideRatio: 0.7, ...changes },
    template: { modelId, vector: syntheticPerson(1) },
    attributes: { ageYears: 30, maleProbability: 0.5 },
  }) as FaceAnalysis

/** An analyser that finds these faces in the first picture, in the second and so on. */
const picturesShowing = (...pictures: readonly (readonly FaceAnalysis[])[]) => {
  const left = [...pictures]
  const analyse = async () => {
    const faces = left.shift() ?? pictures.at(-1)!
    return faces[0] === undefined ? { faces } : { faces, primary: faces[0] }
  }
  return createPictures({ analyser: { analyse, check: async () => {} }, model: testModel })
}

const refused: [string, readonly FaceAnalysis[], ErrorCode][] = [
  ['nobody', [], 'NO_FACE'],
  ['two people', [face(), face()], 'MANY_FACES'],
  ['I28 eyes less than 24 pixels apart', [face({ interEyeDistancePx: 23.9 })], 'FACE_TOO_SMALL'],
  ['a distance that is no number', [face({ interEyeDistancePx: Number.NaN })], 'FACE_TOO_SMALL'],
  ['I30 a face cut by the border', [face({ insideRatio: 0.69 })], 'FACE_CROPPED'],
  ['a part that is no number', [face({ insideRatio: Number.NaN })], 'FACE_CROPPED'],
]
test.each(refused)('[FA7] %s: refused on either side', async (_, faces, code) => {
  const expected = expect.objectContaining({ code })
  await expect(picturesShowing(faces).compare(picture, picture, signal)).rejects.toEqual(expected)
  await expect(picturesShowing([face()], faces).compare(picture, picture, signal)).rejects.toEqual(expected)
  await expect(picturesShowing(faces).guessAttributes(picture, signal)).rejects.toEqual(expected)
})

test('[FA7] at the limits a face is taken', async () => {
  const { isSamePerson, score } = await picturesShowing([face()]).compare(picture, picture, signal)
  expect([isSamePerson, score]).toEqual([true, expect.closeTo(1, 6)])
})

test('templates of two models are never compared', async () => {
  const pictures = picturesShowing([face()], [face({}, 'other-512')])
  await expect(pictures.compare(picture, picture, signal)).rejects.toMatchObject({ code: 'MODEL_MISMATCH' })
})

test('networks that guess nothing: RUNTIME_UNAVAILABLE, not a made-up age', async () => {
  const { attributes: _, ...plain } = face()
  const pictures = picturesShowing([plain])
  await expect(pictures.guessAttributes(picture, signal)).rejects.toMatchObject({ code: 'RUNTIME_UNAVAILABLE' })
})
