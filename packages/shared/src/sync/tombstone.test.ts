import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyPage, emptyGallery, type GalleryPage, mayRecognise } from './tombstone.ts'

const page = (
  since: number | null,
  cursor: number,
  entries: readonly string[],
  tombstones: readonly string[] = [],
): GalleryPage<string> => ({ since, cursor, tombstones, entries: entries.map((id) => [id, `face of ${id}`] as const) })
const held = (gallery: { readonly faces: ReadonlyMap<string, string> }) => [...gallery.faces.keys()].sort()

describe('what a device holds', () => {
  test('OFF-03 [SY10] is without whoever went, before anything else is', () => {
    const first = applyPage(emptyGallery<string>(), page(null, 1, ['a', 'b']))
    expect(held(applyPage(first, page(1, 2, ['c'], ['a'])))).toEqual(['b', 'c'])
    expect(held(applyPage(first, page(1, 2, ['a'], ['a'])))).toEqual(['a', 'b'])
  })

  test('[SY12] is replaced where the server says so', () => {
    const first = applyPage(emptyGallery<string>(), page(null, 9, ['a', 'b']))
    expect(applyPage(first, page(null, 3, ['c']))).toMatchObject({ cursor: 3 })
    expect(held(applyPage(first, page(null, 3, ['c'])))).toEqual(['c'])
  })

  test('OFF-02 [SY10] comes to the same whatever pages come twice, late or not at all, as long as the next one is asked for', () => {
    const pages = [
      page(null, 1, ['a', 'b']),
      page(1, 2, ['c'], ['a']),
      page(2, 3, ['d'], ['b']),
      page(3, 4, ['a'], ['c']),
    ]
    const deliveries = fc.array(fc.nat({ max: pages.length - 1 }), { maxLength: 30 })
    fc.assert(
      fc.property(deliveries, (order) => {
        let gallery = emptyGallery<string>()
        // The first one says "all of it": only what was asked for counts, so that one that is late is not applied again.
        const apply = (at: number) => {
          if (at === 0 && gallery.cursor !== null) return
          gallery = applyPage(gallery, pages[at]!)
        }
        order.forEach(apply)
        while (gallery.cursor !== 4) apply(gallery.cursor ?? 0)
        expect(held(gallery)).toEqual(['a', 'd'])
      }),
      { seed: 20261121, numRuns: 300 },
    )
  })

  test('[OF3] recognises nobody without a statement that fits, after its end, or while the clock is locked', () => {
    const gallery = applyPage(emptyGallery<string>(), page(null, 1, ['a', 'b']))
    const statement = { cursor: 1, faces: 2, expiresMs: 1000 }
    const clock = { seenMs: 999, isLocked: false }
    expect(mayRecognise(gallery, statement, clock)).toBe(true)
    expect(mayRecognise(gallery, null, clock)).toBe(false)
    expect(mayRecognise(gallery, { ...statement, cursor: 2 }, clock)).toBe(false)
    expect(mayRecognise(gallery, { ...statement, faces: 3 }, clock)).toBe(false)
    expect(mayRecognise(gallery, statement, { ...clock, seenMs: 1000 })).toBe(false)
    expect(mayRecognise(gallery, statement, { ...clock, seenMs: Number.NaN })).toBe(false)
    expect(mayRecognise(gallery, statement, { ...clock, isLocked: true })).toBe(false)
  })
})
