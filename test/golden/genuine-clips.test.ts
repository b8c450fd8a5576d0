import { cosine } from '@mien/shared/template/unit-vector'
import type { FaceAnalysis } from '@mien/shared/vision/types'
import { beforeAll, expect, test } from 'vitest'
import { loadManifest } from '../../packages/server/src/models/load-manifest.ts'
import { decode } from '../fixtures/decode.ts'
import { framesFrom } from '../fixtures/images.ts'
import type { ClipName } from '../rig/clips.ts'
import { openNodePipeline } from '../rig/node-pipeline.ts'

const clips = ['manA', 'manB', 'manBAgain'] as const satisfies readonly ClipName[]
/** Forty over the half minute of each clip. */
const indices = Array.from({ length: 40 }, (_, i) => i * 23)

let analyses: Readonly<Record<(typeof clips)[number], readonly FaceAnalysis[]>>

beforeAll(async () => {
  const pipeline = await openNodePipeline()
  const analyseClip = async (clip: ClipName) => {
    const found: FaceAnalysis[] = []
    for (const { bytes } of await framesFrom(clip, indices)) {
      const image = await decode(bytes)
      const faces = await pipeline.observe(image)
      expect(faces).toHaveLength(1)
      found.push(await pipeline.analyse(image, faces[0]!))
    }
    return found
  }
  const [manA, manB, manBAgain] = [await analyseClip('manA'), await analyseClip('manB'), await analyseClip('manBAgain')]
  analyses = { manA, manB, manBAgain }
  await pipeline.release()
})

const cosines = (one: (typeof clips)[number], other: (typeof clips)[number]): readonly number[] =>
  analyses[one].flatMap((a) => analyses[other].map((b) => cosine(a.template.vector, b.template.vector)))

test.for(clips)('every frame of %s passes for live at the shipped threshold', async (clip) => {
  const { threshold } = (await loadManifest()).files.find((file) => file.role === 'pad')!
  const live = analyses[clip].map(({ pad }) => pad.live)
  const refused = live.filter((value) => value < threshold).length
  console.log(`${clip}: live ${Math.min(...live).toFixed(3)} at least, BPCER ${refused}/${live.length} at ${threshold}`)
  expect(refused).toBe(0)
})

test('two recordings of one man match well above every shipped operating point', async () => {
  const { calibration } = (await loadManifest()).files.find((file) => file.role === 'embedder')!
  const strictest = Math.max(...calibration.points.map(({ threshold }) => threshold))
  expect(Math.min(...cosines('manB', 'manBAgain'))).toBeGreaterThan(strictest)
})

test('two men do not match at the loosest shipped operating point', async () => {
  const { calibration } = (await loadManifest()).files.find((file) => file.role === 'embedder')!
  const loosest = Math.min(...calibration.points.map(({ threshold }) => threshold))
  expect(Math.max(...cosines('manA', 'manB'), ...cosines('manA', 'manBAgain'))).toBeLessThan(loosest)
})
