import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { mediaFile } from '../fixtures/media.ts'
import { halfOf } from './morph-trials.ts'
import { evaluateMorphs, formatMorphs } from './morphs.ts'
import { evaluateQuality, formatQuality } from './photo-quality.ts'
import { evaluatePad } from './presentation-attack.ts'
import { readTable, UsageError } from './read-table.ts'
import { evaluateVerification, formatVerification } from './verification.ts'

/** One man's photos as two "people", a picture without a face, and a cut file. */
let images: string
/** For tests that need other folders. */
let scratch: string
const pairs = [
  'fold,same,a,b',
  '0,1,a/1.jpg,a/2.jpg',
  '0,0,a/1.jpg,b/1.jpg',
  '1,1,a/2.jpg,a/1.jpg',
  '1,0,a/1.jpg,empty/1.png',
  '1,1,a/1.jpg,empty/2.jpg',
].join('\r\n')

beforeAll(async () => {
  images = await mkdtemp(join(tmpdir(), 'mien-evaluate-'))
  scratch = await mkdtemp(join(tmpdir(), 'mien-evaluate-'))
  for (const person of ['a', 'b', 'empty']) await mkdir(join(images, person))
  await copyFile(await mediaFile('franck_01829.jpg'), join(images, 'a', '1.jpg'))
  await copyFile(await mediaFile('franck_02683.jpg'), join(images, 'a', '2.jpg'))
  await copyFile(await mediaFile('franck_04117.jpg'), join(images, 'b', '1.jpg'))
  const grey = { create: { width: 200, height: 200, channels: 3, background: 'grey' } } as const
  await sharp(grey)
    .png()
    .toFile(join(images, 'empty', '1.png'))
  await writeFile(join(images, 'empty', '2.jpg'), Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0]))
  await writeFile(join(images, 'pairs.csv'), pairs)
  await writeFile(join(images, 'pad.csv'), 'label,subject,path\nlive,1,a/1.jpg\nspoof,2,b/1.jpg\nlive,2,empty/1.png\n')
})
afterAll(() => Promise.all([images, scratch].map((folder) => rm(folder, { recursive: true }))))

const common = () => ({ images, pack: 'standard', padFraction: 0 })

test('verification counts what could not be acquired as errors and lists it', async () => {
  const options = { ...common(), pairs: join(images, 'pairs.csv'), allPairs: true, padThreshold: 0.5 }
  const report = await evaluateVerification(options)
  expect(report.failuresToAcquire).toEqual(['empty/1.png', 'empty/2.jpg'])
  expect([report.genuinePairs, report.impostorPairs]).toEqual([3, 2])
  expect(report.accuracy.result.total).toBe(5)
  // Two of five have no template; the two real genuine pairs are right, and the false impostor (one man) cannot be.
  expect(report.accuracy.result.hits).toBeLessThanOrEqual(3)
  expect(report.allPairs).toMatchObject({ genuinePairs: 1, impostorPairs: 2 })
  expect(formatVerification(report)).toContain('empty/1.png')
})

test('a border around the image does not lose the face', async () => {
  const options = { ...common(), pairs: join(images, 'pairs.csv'), allPairs: false, padThreshold: 0.5 }
  const report = await evaluateVerification({ ...options, padFraction: 0.3 })
  expect(report.failuresToAcquire).toEqual(['empty/1.png', 'empty/2.jpg'])
})

test('presentation attack: a live person without a face found is refused, a photo passed for live is an error', async () => {
  const report = await evaluatePad({ ...common(), list: join(images, 'pad.csv'), threshold: 0.5 })
  expect(report.bpcer).toMatchObject({ hits: 1, total: 2 })
  expect(report.apcer).toMatchObject({ hits: 1, total: 1 })
  expect(report.subjects.map(({ subject }) => subject)).toEqual(['1', '2'])
})

test.for([
  ['another header', 'a,b\n1,2\n'],
  ['too few fields', 'fold,same,a,b\n0,1,x\n'],
  ['quotes', 'fold,same,a,b\n0,1,"x",y\n'],
] as const)('a list with %s is refused with its place', async ([, text]) => {
  const path = join(images, 'bad.csv')
  await writeFile(path, text)
  await expect(readTable(path, ['fold', 'same', 'a', 'b'])).rejects.toThrow(UsageError)
})

test('a list that names a missing image, or is missing itself, is refused', async () => {
  const options = { ...common(), padThreshold: 0.5, allPairs: false }
  await writeFile(join(images, 'bad.csv'), 'fold,same,a,b\n0,1,a/1.jpg,a/9.jpg\n')
  await expect(evaluateVerification({ ...options, pairs: join(images, 'bad.csv') })).rejects.toThrow('a/9.jpg')
  await expect(evaluateVerification({ ...options, pairs: join(images, 'none.csv') })).rejects.toThrow(UsageError)
})

/** One man's photographs under the names of four people, two in each half. */
async function manyNames(): Promise<string> {
  const directory = await mkdtemp(join(scratch, 'names-'))
  const names = Array.from({ length: 20 }, (_, i) => `Name ${i}`)
  const chosen = (['calibration', 'test'] as const).flatMap((half) =>
    names.filter((name) => halfOf(name) === half).slice(0, 2),
  )
  for (const name of chosen) {
    await mkdir(join(directory, name))
    await copyFile(await mediaFile('franck_01829.jpg'), join(directory, name, '1.jpg'))
    await copyFile(await mediaFile('franck_02683.jpg'), join(directory, name, '2.jpg'))
  }
  return directory
}

test('a composite is a face that passes as whom it was made of; of one man under two names none is refused', async () => {
  const rule = { minSecond: 0.41, maxBetween: 0.42, maxGap: 0.2 }
  const options = { pack: 'standard', composites: 2, gallerySizes: [2], rule, verify: 0.41 }
  const report = await evaluateMorphs({ ...options, images: await manyNames() })
  const [gallery] = report.test
  expect(gallery!.sets).toHaveLength(4)
  for (const set of gallery!.sets) {
    expect(set.noFace).toBe(0)
    expect(set.passing).toMatchObject({ hits: 2, total: 2 })
    expect(set.refused.hits).toBe(0)
  }
  expect(gallery!.returners).toMatchObject({ hits: 0, total: 2 })
  expect(formatMorphs(report)).toContain('test (other people), 2 enrolled')
})

test('[PO19] an ordinary photograph is good enough, and none is that was blurred, made small or badly lit', async () => {
  const directory = await mkdtemp(join(scratch, 'photos-'))
  await copyFile(await mediaFile('franck_01829.jpg'), join(directory, '1.jpg'))
  await copyFile(await mediaFile('franck_02683.jpg'), join(directory, '2.jpg'))
  await copyFile(join(images, 'empty', '1.png'), join(directory, '3.png'))
  const report = await evaluateQuality({ images: directory, pack: 'standard', every: 1 })
  expect(report.leftOut).toBe(1)
  expect(report.refused).toMatchObject({ hits: 0, total: 2 })
  for (const refused of Object.values(report.degraded)) expect(refused).toMatchObject({ hits: 2, total: 2 })
  expect(formatQuality(report)).toContain('blurred by 0.1')
})
