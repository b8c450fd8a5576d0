import { rotate, rotationKeyBytes } from '@mien/shared/template/rotation'
import { cosine } from '@mien/shared/template/unit-vector'
import { expect, test } from 'vitest'
import { syntheticFrame, syntheticPerson } from '../../../../test/fixtures/synthetic-templates.ts'
import { packedCosine, packTemplate, unpackComponents, unpackTemplate } from './packed-template.ts'

const key = new Uint8Array(rotationKeyBytes(512)).fill(11)
const turned = (seed: number) => rotate(syntheticPerson(seed), key)

test('[KE13] packed templates score as they did: to 1e-4', () => {
  for (let seed = 0; seed < 200; seed++) {
    const [person, frame] = [turned(seed), rotate(syntheticFrame(syntheticPerson(seed), seed, 0.6), key)]
    const packed = packTemplate(person)
    expect(packed).toHaveLength(1024)
    const again = unpackTemplate(packed)
    expect(Math.abs(cosine(again, again) - 1)).toBeLessThan(1e-6)
    expect(Math.abs(cosine(again, frame) - cosine(person, frame))).toBeLessThan(1e-4)
    const components = new Int16Array(600)
    unpackComponents(packed, components.subarray(88))
    expect(Math.abs(packedCosine(frame, components, 88) - cosine(person, frame))).toBeLessThan(1e-4)
  }
})

test('[KE13] negative, whole and tiny numbers come back; a component of 1 is one', () => {
  const axis = (at: number, value: number) => Float32Array.from({ length: 8 }, (_, i) => (i === at ? value : 0))
  for (const vector of [axis(0, 1), axis(7, -1)]) expect(unpackTemplate(packTemplate(vector))).toEqual(vector)
})

test('[ST6] nothing but a unit vector of a power of two is sealed', () => {
  const unit = turned(1)
  const codeOf = (vector: Float32Array) => {
    try {
      packTemplate(vector)
    } catch (error) {
      return (error as { code?: string }).code
    }
    return undefined
  }
  expect(codeOf(unit)).toBeUndefined()
  for (const bad of [new Float32Array(), unit.slice(0, 500)]) expect(codeOf(bad)).toBe('TEMPLATE_DIMENSION')
  const bads = [unit.map((x) => x * 1.01), unit.map(() => 0), unit.map(() => Number.NaN), unit.map(() => Infinity)]
  for (const bad of bads) expect(codeOf(bad)).toBe('TEMPLATE_NORM')
})
