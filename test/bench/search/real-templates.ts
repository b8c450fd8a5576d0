import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { imagesUnder } from '../../evaluate/images-under.ts'
import { peopleUnder } from '../../evaluate/people-under.ts'
import { cacheFolder } from '../../rig/cache.ts'
import type { SearchProbe, TemplateSource } from './template-source.ts'

/** Of those with one image, every so manieth is left out and is a stranger. */
const strangerEvery = 10
const maxProbesOfKind = 200

/**
 * Templates that the server's own pipeline makes of photographs, a folder a person. Who has several is searched for by the last of them; some
 * who have one are enrolled nowhere. They are kept in the cache of the tests for the next run, and nowhere else.
 *
 * @param folder the folders of the people, or a folder with `images` in it that holds them
 */
export async function realSource(folder: string): Promise<TemplateSource> {
  const inside = join(resolve(folder), 'images')
  const images = existsSync(inside) ? inside : resolve(folder)
  await mkdir(cacheFolder, { recursive: true, mode: 0o700 })
  const cache = join(cacheFolder, `${basename(resolve(folder))}.templates.json`)
  const paths = await imagesUnder(images)
  const people = await peopleUnder({ images, pack: 'standard', cache })
  const enrolled: { readonly person: number; readonly vector: Float32Array }[] = []
  const [mated, strangers]: [SearchProbe[], SearchProbe[]] = [[], []]
  for (const [person, { vectors }] of people.entries()) {
    const isStranger = vectors.length === 1 && person % strangerEvery === 0
    if (isStranger) strangers.push({ vector: vectors[0]!, person, isMated: false })
    if (vectors.length > 1) mated.push({ vector: vectors.at(-1)!, person, isMated: true })
    if (isStranger) continue
    const own = vectors.length > 1 ? vectors.slice(0, -1) : vectors
    enrolled.push(...own.map((vector) => ({ person, vector })))
  }
  const found = people.reduce((sum, { vectors }) => sum + vectors.length, 0)
  return {
    name: `real, ${enrolled.length.toLocaleString('en')}`,
    dimension: enrolled[0]!.vector.length,
    rows: enrolled.length,
    probes: inTurns(mated.slice(0, maxProbesOfKind), strangers.slice(0, maxProbesOfKind)),
    notes: [
      `real templates: ${paths.length} images of ${people.length} people, no face was found in ${paths.length - found} of the images (those are neither enrolled nor searched for)`,
    ],
    personOf: (row) => enrolled[row]!.person,
    write: (row, out, at = 0) => out.set(enrolled[row]!.vector, at),
  }
}

function inTurns(first: readonly SearchProbe[], second: readonly SearchProbe[]): readonly SearchProbe[] {
  const pairs = Math.min(first.length, second.length)
  return Array.from({ length: pairs }, (_, i) => [first[i]!, second[i]!]).flat()
}
