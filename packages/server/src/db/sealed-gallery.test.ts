import { cosine } from '@mien/shared/template/unit-vector'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { syntheticPerson } from '../../../../test/fixtures/synthetic-templates.ts'
import { packTemplate } from '../domain/packed-template.ts'
import { createGalleryMemory } from './gallery-memory.ts'
import { bytesOfGallery, createSealedGallery } from './sealed-gallery.ts'

const people = Array.from({ length: 40 }, (_, seed) => syntheticPerson(seed, 64))
const endless = { take: () => {}, give: () => {}, settle: () => {} }
const faceOf = (place: number, keyVersion = 1) => ({
  id: `face ${place}`,
  subjectId: `subject ${place}`,
  keyVersion,
  packed: packTemplate(people[place]!),
})
const space = (galleryId: string) => ({ applicationId: 'a', galleryId, modelId: 'm' })

test('[ST20] [ST22] whatever is put, replaced and removed, the nearest are those of exact cosines', async () => {
  const change = fc.record({
    place: fc.nat(39),
    isPut: fc.boolean(),
    as: fc.nat(39),
    keyVersion: fc.integer({ min: 1, max: 2 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 300 }), fc.nat(39), async (changes, probe) => {
      const gallery = createSealedGallery(endless, 0n)
      const known = new Map<string, { as: number; keyVersion: number }>()
      for (const { place, isPut, as, keyVersion } of changes) {
        const face = { ...faceOf(place, keyVersion), packed: packTemplate(people[as]!) }
        if (isPut) gallery.put(face)
        else gallery.remove(face.id)
        if (isPut) known.set(face.subjectId, { as, keyVersion })
        else known.delete(face.subjectId)
      }
      const expected = [...known]
        .filter(([, { keyVersion }]) => keyVersion === 1)
        .map(([, { as }]) => cosine(people[probe]!, people[as]!))
        .sort((a, b) => b - a)
      const hits = await gallery.nearest(people[probe]!, 1, 10)
      expect(hits).toHaveLength(Math.min(10, expected.length))
      for (const [i, { score, subjectId }] of hits.entries()) {
        expect(score).toBeCloseTo(expected[i]!, 3)
        expect(cosine(people[probe]!, people[known.get(subjectId)!.as]!)).toBeCloseTo(score, 3)
      }
    }),
    { numRuns: 60 },
  )
})

test('[KE15] what a gallery takes is counted, given back when it shrinks, and all of it when it is released', async () => {
  const memory = createGalleryMemory(10 ** 9)
  const gallery = memory.open(0n, 0)
  for (let i = 0; i < 130; i++) gallery.put({ ...faceOf(0), id: String(i) })
  expect(memory.usedBytes()).toBe(bytesOfGallery(130, 64))
  for (let i = 0; i < 100; i++) gallery.remove(String(i))
  expect(memory.usedBytes()).toBe(bytesOfGallery(30, 64))
  gallery.release()
  expect([memory.usedBytes(), gallery.isReleased, await gallery.nearest(people[0]!, 1, 5)]).toEqual([0, true, []])
})

test('[KE15] the gallery that was searched longest ago makes room; one too large for all the memory is refused and costs no other its place', () => {
  const memory = createGalleryMemory(2 * bytesOfGallery(1, 64))
  const fill = (name: string) => {
    const gallery = memory.open(0n, bytesOfGallery(1, 64))
    gallery.put(faceOf(1))
    memory.keep(space(name), gallery)
    return gallery
  }
  const [first, second] = [fill('first'), fill('second')]
  memory.find(space('first'))
  const third = fill('third')
  expect([first, second, third].map(({ isReleased }) => isReleased)).toEqual([false, true, false])
  expect(() => memory.open(0n, bytesOfGallery(1000, 64))).toThrow(expect.objectContaining({ code: 'OVERLOADED' }))
  expect([first, third].map((gallery) => memory.isKept(gallery))).toEqual([true, true])
})

test('[KE15] a gallery that outgrows the memory is refused, also when nobody expected it', () => {
  const memory = createGalleryMemory(bytesOfGallery(64, 64))
  const gallery = memory.open(0n, 0)
  const putAll = () => {
    for (let i = 0; i < 65; i++) gallery.put({ ...faceOf(0), id: String(i) })
  }
  expect(putAll).toThrow(expect.objectContaining({ code: 'OVERLOADED' }))
})

test('[KE15] galleries that are opened at the same time have their memory put aside, and one for which the rest is too little costs no other its place', () => {
  const each = bytesOfGallery(64, 64)
  const memory = createGalleryMemory(3 * each)
  const kept = memory.open(0n, each)
  kept.put(faceOf(1))
  memory.keep(space('kept'), kept)
  const [a, b] = [memory.open(0n, each), memory.open(0n, each)]
  expect(memory.usedBytes()).toBe(3 * each)
  expect(() => memory.open(0n, 2 * each)).toThrow(expect.objectContaining({ code: 'OVERLOADED' }))
  expect(memory.isKept(kept)).toBe(true)
  for (const gallery of [a, b]) gallery.put(faceOf(2))
  for (const gallery of [a, b]) gallery.release()
  expect(memory.usedBytes()).toBe(each)
})

test('[KE15] what was put aside and is not needed is given back', () => {
  const memory = createGalleryMemory(10 * bytesOfGallery(1, 64))
  const gallery = memory.open(0n, 5 * bytesOfGallery(1, 64))
  gallery.put(faceOf(1))
  memory.keep(space('kept'), gallery)
  expect(memory.usedBytes()).toBe(bytesOfGallery(1, 64))
})

/** So many that others run between. */
const large = () => {
  const gallery = createSealedGallery(endless, 0n)
  for (let i = 0; i < 5000; i++) gallery.put({ ...faceOf(i % 39), id: String(i), subjectId: String(i) })
  return gallery
}

test('[KE13] [ST22] whoever is put or removed while a large gallery is searched is, or is not, in the answer', async () => {
  const gallery = large()
  const [probe, nobody] = [people[39]!, 'nobody']
  gallery.put({ ...faceOf(39), id: nobody, subjectId: nobody })
  const searching = gallery.nearest(probe, 1, 1)
  gallery.remove(nobody)
  // The last one takes the place of the first: it was compared neither there nor here, were the search not begun anew.
  gallery.put({ ...faceOf(39), id: 'last', subjectId: 'last' })
  gallery.remove('0')
  expect(await searching).toEqual([{ subjectId: 'last', score: expect.closeTo(1, 3) }])
})

test('[KE13] others run while a large gallery is searched, and a search ends however often it changes', async () => {
  const gallery = large()
  let turns = 0
  let isOver = false
  const searching = gallery.nearest(people[0]!, 1, 3).finally(() => {
    isOver = true
  })
  while (!isOver) {
    gallery.put({ ...faceOf(39), id: 'other', subjectId: 'other' })
    turns++
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(turns).toBeGreaterThan(1)
  expect(await searching).toHaveLength(3)
})

test('[KE15] a search of a gallery that is released meanwhile finds nobody in what was overwritten', async () => {
  const gallery = large()
  const searching = gallery.nearest(people[0]!, 1, 3)
  gallery.release()
  expect(await searching).toEqual([])
})
