import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ChainLink, continuesChain, eventHash, noHash } from './chain.ts'
import { snapshotDigest } from './snapshot.ts'

const sha256 = async (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

const chainOf = (length: number): ChainLink[] =>
  Array.from({ length }, (_, i) => ({ seq: i + 1, hash: `h${i + 1}`, prevHash: i === 0 ? noHash : `h${i}` }))

/** What a server knows after links came in one by one, and which of them did not fit. */
function receive(links: readonly ChainLink[]) {
  const forks: ChainLink[] = []
  const known: ChainLink[] = []
  for (const link of links) (continuesChain(link, known) ? known : forks).push(link)
  return { forks, known }
}

describe('a chain', () => {
  test('[SY6] that is honest never forks, whatever order it comes in and however often', () => {
    const orders = fc
      .integer({ min: 1, max: 30 })
      .chain((length) => fc.shuffledSubarray([...chainOf(length), ...chainOf(length)], { minLength: 1 }))
    fc.assert(
      fc.property(orders, (links) => {
        expect(receive(links).forks).toEqual([])
      }),
      { seed: 20261121, numRuns: 500 },
    )
  })

  test('OFF-10 [SY6] of two chains that part, in any order, some event does not fit', () => {
    const parted = fc.integer({ min: 1, max: 12 }).chain((length) =>
      fc.integer({ min: 1, max: length }).chain((at) => {
        const original = chainOf(length)
        const copied = original.map((link) => {
          if (link.seq < at) return link
          return { ...link, hash: `${link.hash}'`, prevHash: link.seq === at ? link.prevHash : `${link.prevHash}'` }
        })
        return fc.shuffledSubarray([...original, ...copied.slice(at - 1)], { minLength: 2 * length - at + 1 })
      }),
    )
    fc.assert(
      fc.property(parted, (links) => {
        expect(receive(links).forks.length).toBeGreaterThan(0)
      }),
      { seed: 20261121, numRuns: 500 },
    )
  })

  test('[SY6] begins with no hash, and a first event that names one is a fork', () => {
    expect(continuesChain({ seq: 1, hash: 'a', prevHash: noHash }, [])).toBe(true)
    expect(continuesChain({ seq: 1, hash: 'a', prevHash: 'b' }, [])).toBe(false)
    expect(continuesChain({ seq: 7, hash: 'a', prevHash: 'b' }, [])).toBe(true)
  })

  test('[SY6] an event is known by the SHA-256 of its bytes', async () => {
    expect(noHash).toBe('A'.repeat(43))
    expect(await eventHash(Uint8Array.of(), sha256)).toBe('47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU')
  })
})

test('[SY11] the digest of a snapshot is that of its faces, in whatever order they are held', async () => {
  const faces = [3, 1, 2].map((n) => ({ faceId: `face${n}`, facialId: `person${n}`, templateHash: `hash${n}` }))
  const expected = createHash('sha256')
    .update('face1 person1 hash1\nface2 person2 hash2\nface3 person3 hash3\n')
    .digest('base64url')
  expect(await snapshotDigest(faces, sha256)).toBe(expected)
  expect(await snapshotDigest([...faces].reverse(), sha256)).toBe(expected)
  expect(await snapshotDigest(faces.slice(1), sha256)).not.toBe(expected)
  const changed = faces.map((face) => ({ ...face, facialId: 'person1' }))
  expect(await snapshotDigest(changed, sha256)).not.toBe(expected)
})
