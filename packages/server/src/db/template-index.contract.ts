import { cosine } from '@mien/shared/template/unit-vector'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { syntheticFrame, syntheticPerson } from '../../../../test/fixtures/synthetic-templates.ts'
import type { Face } from '../domain/model.ts'
import type { TemplateIndex } from '../domain/ports.ts'
import { rowId } from '../domain/tokens.ts'
import type { VersionedSpace } from './exact-memory.ts'

export type { VersionedSpace } from './exact-memory.ts'

export interface IndexRig {
  readonly index: TemplateIndex
  /** An empty gallery. */
  newSpace(): Promise<VersionedSpace>
  put(face: Face): Promise<void>
  removeSubject(space: VersionedSpace, subjectId: string): Promise<void>
  close(): Promise<void>
}

/** What every search engine must answer; the exact one is the measure of the others. */
export function registerTemplateIndexContract(name: string, open: () => Promise<IndexRig>): void {
  describe(`template index: ${name}`, () => {
    let rig: IndexRig
    beforeAll(async () => {
      rig = await open()
    })
    afterAll(() => rig.close())

    async function fill(space: VersionedSpace, people: number): Promise<Map<string, Float32Array>> {
      const vectors = new Map<string, Float32Array>()
      for (let i = 0; i < people; i++) {
        const subjectId = rowId()
        const vector = syntheticPerson(i + 1)
        vectors.set(subjectId, vector)
        await rig.put({ ...space, id: rowId(), subjectId, vector })
      }
      return vectors
    }

    test('[ST20] the nearest of 200 is found for every probe, with its cosine', async () => {
      const space = await rig.newSpace()
      const people = await fill(space, 200)
      for (const [subjectId, vector] of [...people].slice(0, 20)) {
        const probe = syntheticFrame(vector, 77, 0.8)
        const [best] = await rig.index.nearest({ ...space, vector: probe, limit: 5 })
        expect(best?.subjectId).toBe(subjectId)
        expect(best?.score).toBeCloseTo(cosine(probe, vector), 3)
      }
    })

    test('[ST20] the order is that of exact cosines', async () => {
      const space = await rig.newSpace()
      const people = await fill(space, 100)
      const probe = syntheticPerson(5000)
      const expected = [...people]
        .map(([id, vector]) => ({ id, score: cosine(probe, vector) }))
        .sort((a, b) => b.score - a.score)
      const hits = await rig.index.nearest({ ...space, vector: probe, limit: 10 })
      expect(hits).toHaveLength(10)
      // Half precision may swap neighbours that differ by less than it can tell.
      for (const [i, hit] of hits.entries()) expect(hit.score).toBeCloseTo(expected[i]!.score, 3)
    })

    test('[ST21] another gallery, application, model or key version is not searched', async () => {
      const space = await rig.newSpace()
      await fill(space, 3)
      const other = await rig.newSpace()
      const vector = syntheticPerson(1)
      const elsewhere = [
        other,
        { ...space, modelId: 'other' },
        { ...space, keyVersion: 9 },
        { ...space, applicationId: other.applicationId },
      ]
      for (const place of elsewhere) expect(await rig.index.nearest({ ...place, vector, limit: 5 })).toEqual([])
    })

    test('[ST22] who was removed is not found', async () => {
      const space = await rig.newSpace()
      const [first] = [...(await fill(space, 5)).keys()]
      await rig.removeSubject(space, first!)
      const hits = await rig.index.nearest({ ...space, vector: syntheticPerson(1), limit: 5 })
      expect(hits.map((hit) => hit.subjectId)).not.toContain(first)
      expect(hits).toHaveLength(4)
    })

    test('[ST23] an empty gallery has no neighbours', async () => {
      expect(await rig.index.nearest({ ...(await rig.newSpace()), vector: syntheticPerson(1), limit: 5 })).toEqual([])
    })
  })
}
