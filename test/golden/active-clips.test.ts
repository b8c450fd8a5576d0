import { beforeAll, expect, test } from 'vitest'
import {
  type ActiveCheck,
  type CheckAction,
  type MotionFacts,
  measureBaseline,
  motionFacts,
  startCheck,
  watchCheck,
} from '../../packages/client/src/ceremony/active-check.ts'
import { readGuidance } from '../../packages/client/src/ceremony/guidance.ts'
import { decode } from '../fixtures/decode.ts'
import { framesFrom } from '../fixtures/images.ts'
import type { ClipName } from '../rig/clips.ts'
import { openNodePipeline } from '../rig/node-pipeline.ts'

const clips = ['manA', 'manB', 'blinking', 'turning', 'comeCloser'] as const satisfies readonly ClipName[]
/** Every third of the four seconds: ten frames a second, what a slow laptop sees. */
const step = 3
const indices = Array.from({ length: 40 }, (_, i) => i * step)

let seen: Readonly<Record<(typeof clips)[number], readonly MotionFacts[]>>
const said = new Set<string>()

beforeAll(async () => {
  const pipeline = await openNodePipeline(['detector', 'landmarks'])
  const observeClip = async (clip: ClipName) => {
    const found: MotionFacts[] = []
    for (const [i, { bytes }] of (await framesFrom(clip, indices)).entries()) {
      const image = await decode(bytes)
      const faces = await pipeline.observe(image, { maxFaces: 1 })
      const { width, height } = image
      const facts = { width, height, faces: faces.map(({ detection }) => detection), observation: faces[0]! }
      said.add(readGuidance(facts, 'hold-still', { rejectObscured: true }))
      found.push(motionFacts(facts, (i * step * 1000) / 30)!)
    }
    return found
  }
  const [manA, manB, blinking] = [await observeClip('manA'), await observeClip('manB'), await observeClip('blinking')]
  seen = { manA, manB, blinking, turning: await observeClip('turning'), comeCloser: await observeClip('comeCloser') }
  await pipeline.release()
})

function check(clip: (typeof clips)[number], action: CheckAction): ActiveCheck {
  const [first, rest] = [seen[clip].slice(0, 5), seen[clip].slice(5)]
  return rest.reduce(watchCheck, startCheck(action, measureBaseline(first)!, 2000))
}

test.for([
  ['blinking', 'blink'],
  ['turning', 'turn_left'],
  ['turning', 'turn_right'],
  ['comeCloser', 'come_closer'],
  ['manA', 'hold'],
  ['manB', 'hold'],
] as const)('in the clip %s the action %s is seen', ([clip, action]) => {
  expect(check(clip, action)).toMatchObject({ isDone: true, progress: 1 })
})

test.for([
  ['manA', 'turn_left'],
  ['manA', 'turn_right'],
  ['manA', 'come_closer'],
  ['manB', 'turn_left'],
  ['manB', 'turn_right'],
  ['manB', 'come_closer'],
  ['manB', 'blink'],
  ['turning', 'come_closer'],
  ['turning', 'blink'],
  ['comeCloser', 'turn_left'],
  ['comeCloser', 'turn_right'],
  ['comeCloser', 'blink'],
  ['blinking', 'come_closer'],
  ['turning', 'hold'],
] as const)('in the clip %s the action %s does not happen, and is not seen', ([clip, action]) => {
  expect(check(clip, action).isDone).toBe(false)
})

test('nobody in these clips covers mouth or eyes, and nobody is told to uncover them', () => {
  expect(said).not.toContain('uncover-mouth')
  expect(said).not.toContain('uncover-eyes')
})
