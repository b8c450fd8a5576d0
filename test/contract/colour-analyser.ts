import type { FaceAnalysis } from '@mien/shared/vision/types'
import sharp, { type Sharp } from 'sharp'
import type { ImageAnalyser } from '../../packages/server/src/domain/image-analyser.ts'
import { decodeImage } from '../../packages/server/src/vision/decode-image.ts'
import { keepPicture } from '../../packages/server/src/vision/keep-picture.ts'
import { syntheticPerson } from '../fixtures/synthetic-templates.ts'
import { testModel } from './test-app.ts'

export interface ColouredPicture {
  /** How many faces there are, 0..255. Default 1. */
  readonly faces?: number
  /** Who it is, 0..255: also the age in years, and a man when odd. Default 1. */
  readonly person?: number
  /** Distance of the eyes, pixels, 0..255. Default 100. */
  readonly eyes?: number
}

/** A plain PNG whose colour says what the networks would have found. */
export const drawPicture = ({ faces = 1, person = 1, eyes = 100 }: ColouredPicture = {}): Sharp =>
  sharp({ create: { width: 100, height: 100, channels: 3, background: { r: faces, g: person, b: eyes } } }).png()

export const colouredPicture = async (picture?: ColouredPicture): Promise<string> =>
  (await drawPicture(picture).toBuffer()).toString('base64')

/** Nothing is wrong with the picture but what a test says. */
const goodQuality = {
  insideRatio: 1,
  sharpness: 300,
  brightness: 128,
  contrast: 50,
  underExposedRatio: 0,
  overExposedRatio: 0,
  eyeOpenness: 0.3,
  occlusion: 0.1,
}

/** Decodes as the server does, and reads the colour instead of running networks. */
export const colourAnalyser: ImageAnalyser = {
  async analyse(file, { attributes, keep, ...rules } = {}) {
    const image = await decodeImage(file, rules)
    const [faces, person, eyes] = image.data as unknown as [number, number, number]
    const face = {
      pose: { yawDegrees: 0, pitchDegrees: 0, rollDegrees: 0 },
      quality: { ...goodQuality, interEyeDistancePx: eyes },
      pad: { live: 0.99, modelId: testModel.modelId },
      template: { modelId: testModel.modelId, vector: syntheticPerson(person) },
      ...(attributes ? { attributes: { ageYears: person + 0.4, maleProbability: person % 2 } } : {}),
    } as FaceAnalysis
    if (faces === 0) return { faces: [] }
    const kept = keep ? { kept: await keepPicture(image) } : {}
    return { faces: Array.from({ length: faces }, () => face), primary: face, ...kept }
  },
  check: async () => {},
}
