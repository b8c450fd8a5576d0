import type { FaceAnalysis, RgbaImage } from '@mien/shared/vision/types'
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
  /** How live it seems, 0..255 for 0..1. Default 252. */
  readonly live?: number
  /** Default 255. */
  readonly sharpness?: number
  /** Somebody else whom the face resembles as much, as a blend of both would; 0: nobody, the default. */
  readonly blendedWith?: number
}

const defaults = { faces: 1, person: 1, eyes: 100, live: 252, sharpness: 255, blendedWith: 0 } as const

/** The last pixel but one says that the last one means something. */
const mark = [7, 77, 177] as const

/** A plain PNG whose colour, and that of its last pixel, say what the networks would have found. */
export function drawPicture(picture: ColouredPicture = {}): Sharp {
  const { faces, person, eyes, live, sharpness, blendedWith } = { ...defaults, ...picture }
  const background = { r: faces, g: person, b: eyes }
  const last = Buffer.from([...mark, live, sharpness, blendedWith])
  const input = { input: last, raw: { width: 2, height: 1, channels: 3 }, left: 98, top: 99 } as const
  return sharp({ create: { width: 100, height: 100, channels: 3, background } })
    .composite([input])
    .png()
}

export const colouredPicture = async (picture?: ColouredPicture): Promise<string> =>
  (await drawPicture(picture).toBuffer()).toString('base64')

/** Nothing is wrong with the picture but what a test says. */
const goodQuality = {
  insideRatio: 1,
  brightness: 128,
  contrast: 50,
  underExposedRatio: 0,
  overExposedRatio: 0,
  eyeOpenness: 0.3,
  occlusion: 0.1,
}

function lastPixel({ data }: RgbaImage): Record<'live' | 'sharpness' | 'blendedWith', number> {
  const [r, g, b, , live, sharpness, blendedWith] = data.subarray(-8) as unknown as number[]
  const isMarked = r === mark[0] && g === mark[1] && b === mark[2]
  return isMarked ? { live: live!, sharpness: sharpness!, blendedWith: blendedWith! } : defaults
}

function blend(person: number, other: number): Float32Array {
  if (other === 0) return syntheticPerson(person)
  const otherVector = syntheticPerson(other)
  const sum = syntheticPerson(person).map((value, i) => value + otherVector[i]!)
  const norm = Math.hypot(...sum)
  return sum.map((value) => value / norm)
}

/** Decodes as the server does, and reads the colour instead of running networks. */
export const colourAnalyser: ImageAnalyser = {
  async analyse(file, { attributes, keep, ...rules } = {}) {
    const image = await decodeImage(file, rules)
    const [faces, person, eyes] = image.data as unknown as [number, number, number]
    const { live, sharpness, blendedWith } = lastPixel(image)
    const face = {
      pose: { yawDegrees: 0, pitchDegrees: 0, rollDegrees: 0 },
      quality: { ...goodQuality, interEyeDistancePx: eyes, sharpness },
      pad: { live: live / 255, modelId: testModel.modelId },
      template: { modelId: testModel.modelId, vector: blend(person, blendedWith) },
      ...(attributes ? { attributes: { ageYears: person + 0.4, maleProbability: person % 2 } } : {}),
    } as FaceAnalysis
    if (faces === 0) return { faces: [] }
    const kept = keep ? { kept: await keepPicture(image) } : {}
    return { faces: Array.from({ length: faces }, () => face), primary: face, ...kept }
  },
  check: async () => {},
}
