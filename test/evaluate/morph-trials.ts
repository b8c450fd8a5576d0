import { createHash } from 'node:crypto'
import { type MorphFacts, morphPairs } from '@mien/shared/policy/morph'
import { cosine } from '@mien/shared/template/unit-vector'
import { seededRandom } from '../fixtures/synthetic-templates.ts'

/** Somebody with one photograph or more, as unit vectors. */
export interface Person {
  readonly name: string
  readonly vectors: readonly Float32Array[]
}

/** A composite of two people; their gallery entries are of other photographs. */
export interface Composite {
  readonly people: readonly [Person, Person]
  readonly vector: Float32Array
}

/** What a gallery of `size` subjects, one photograph each, says of a probe: every two of the nearest. */
export interface Trial {
  readonly pairs: readonly MorphFacts[]
}

/** Nearest subjects that are looked at; the server looks at no fewer. */
const nearest = 20
/** No rule asks for less, so no more pairs are kept. */
const floor = 0.2

/** Nobody is in both halves, whatever else is in the folder. */
export const halfOf = (name: string): 'calibration' | 'test' =>
  createHash('sha256').update(name).digest()[0]! % 2 === 0 ? 'calibration' : 'test'

/** The first photograph of a person is what they come with (or what is blended); who is enrolled is so with later ones. */
export const enrolledVector = ({ vectors }: Person): Float32Array => vectors[1] ?? vectors[0]!

export interface TrialsOptions {
  /** Whom the other subjects of a gallery are drawn from. */
  readonly people: readonly Person[]
  readonly size: number
}

/** Both people of each composite are enrolled. */
export const compositeTrials = (composites: readonly Composite[], options: TrialsOptions): readonly Trial[] =>
  composites.map(({ people, vector }, i) => trialOf(vector, people, people.map(enrolledVector), i, options))

/** Nobody who comes is enrolled. */
export const newcomerTrials = (options: TrialsOptions): readonly Trial[] =>
  options.people.map((person, i) => trialOf(person.vectors[0]!, [person], [], i, options))

/** Whoever comes is enrolled with another photograph. */
export const returnerTrials = (options: TrialsOptions): readonly Trial[] =>
  options.people
    .filter(({ vectors }) => vectors.length >= 2)
    .map((person, i) => trialOf(person.vectors[0]!, [person], [person.vectors[1]!], i, options))

/** Whoever comes is enrolled under two names, with two other photographs. */
export const twiceEnrolledTrials = (options: TrialsOptions): readonly Trial[] =>
  options.people
    .filter(({ vectors }) => vectors.length >= 3)
    .map((person, i) => trialOf(person.vectors[0]!, [person], person.vectors.slice(1, 3), i, options))

/** @param own entries that are in the gallery besides strangers, of the people who are no strangers */
function trialOf(
  probe: Float32Array,
  known: readonly Person[],
  own: readonly Float32Array[],
  seed: number,
  { people, size }: TrialsOptions,
): Trial {
  const strangers = drawStrangers(people, known, size - own.length, seed).map(enrolledVector)
  const candidates = [...own, ...strangers]
    .map((vector) => ({ score: cosine(probe, vector), vectors: [vector] }))
    .filter(({ score }) => score >= floor)
    .sort((a, b) => b.score - a.score)
    .slice(0, nearest)
  return { pairs: morphPairs(candidates) }
}

/** The first steps of a shuffle (R. Durstenfeld, "Algorithm 235: Random permutation", CACM 7, 1964); fewer where there are fewer. */
function drawStrangers(people: readonly Person[], known: readonly Person[], count: number, seed: number) {
  const random = seededRandom(seed)
  const drawn = people.filter((person) => !known.includes(person))
  const end = Math.min(count, drawn.length)
  for (let i = 0; i < end; i++) {
    const k = i + Math.floor(random() * (drawn.length - i))
    ;[drawn[i], drawn[k]] = [drawn[k]!, drawn[i]!]
  }
  return drawn.slice(0, end)
}
