import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { syntheticPerson } from '../../../../test/fixtures/synthetic-templates.ts'
import type { ErrorCode } from '../errors.ts'
import { decodeTemplate, encodeTemplate } from './format.ts'
import { cosine } from './unit-vector.ts'

const spec = { modelId: 'test-512', dimension: 512 }
const person = syntheticPerson(1)
const blob = (vector: Float32Array, modelId = spec.modelId) => encodeTemplate({ modelId, vector })

/** A blob whose numbers are what the test wants, however wrong. */
function blobOf(numbers: readonly number[]): Uint8Array {
  const bytes = blob(person)
  const view = new DataView(bytes.buffer)
  for (const [i, value] of numbers.entries()) view.setFloat32(8 + spec.modelId.length + 4 * i, value, true)
  return bytes
}

const replaced = (bytes: Uint8Array, at: number, value: number) =>
  Uint8Array.from(bytes, (b, i) => (i === at ? value : b))
const scaled = (factor: number) => [...person].map((value) => value * factor)
const constant = Array<number>(512).fill(1 / Math.sqrt(512))
const oneHot = constant.map((_, i) => (i === 7 ? 1 : 0))
const with0 = (value: number) => [value, ...[...person].slice(1)]

describe('[TF1] a template survives its own format', () => {
  test('byte for byte and number for number', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 64, max: 1024 }), (seed, dimension) => {
        const vector = syntheticPerson(seed, dimension)
        const decoded = decodeTemplate(blob(vector), { modelId: spec.modelId, dimension })
        expect(cosine(decoded.vector, vector)).toBeCloseTo(1, 6)
        expect(encodeTemplate(decoded).length).toBe(blob(vector).length)
      }),
      { numRuns: 50 },
    )
  })
})

describe('[TF2] the decoder takes nothing but a well formed blob', () => {
  const cases: [string, Uint8Array, ErrorCode][] = [
    ['empty', new Uint8Array(), 'TEMPLATE_MALFORMED'],
    ['wrong magic', replaced(blob(person), 0, 0x4e), 'TEMPLATE_MALFORMED'],
    ['version 2', replaced(blob(person), 4, 2), 'TEMPLATE_VERSION'],
    ['model id of length 0', replaced(blob(person), 5, 0), 'TEMPLATE_MALFORMED'],
    ['model id beyond the end', blob(person).slice(0, 8), 'TEMPLATE_MALFORMED'],
    ['upper case in the model id', replaced(blob(person), 6, 0x41), 'TEMPLATE_MALFORMED'],
    ['one byte short', blob(person).slice(0, -1), 'TEMPLATE_MALFORMED'],
    ['one byte more', Uint8Array.from([...blob(person), 0]), 'TEMPLATE_MALFORMED'],
    ['S9: another model', blob(person, 'other-512'), 'MODEL_MISMATCH'],
    ['J5: 511 components', blob(person.slice(0, 511)), 'TEMPLATE_DIMENSION'],
    ['J5: 513 components', blob(Float32Array.from([...person, 0])), 'TEMPLATE_DIMENSION'],
    ['J5: a header that says 0', replaced(replaced(blob(person), 14, 0), 15, 0), 'TEMPLATE_DIMENSION'],
    ['J5: a header that says 16 001', replaced(replaced(blob(person), 14, 0x81), 15, 0x3e), 'TEMPLATE_DIMENSION'],
    ['J4: NaN', blobOf(with0(Number.NaN)), 'TEMPLATE_NOT_FINITE'],
    ['J4: -Infinity', blobOf(with0(-Infinity)), 'TEMPLATE_NOT_FINITE'],
    ['J6: norm 5', blobOf(scaled(5)), 'TEMPLATE_NORM'],
    ['J6: norm 0.5', blobOf(scaled(0.5)), 'TEMPLATE_NORM'],
    ['J6: norm 1e-20', blobOf(scaled(1e-20)), 'TEMPLATE_NORM'],
    ['J6: norm beyond float64 squares', blobOf(scaled(3e38)), 'TEMPLATE_NORM'],
    ['J7: zero', blobOf(scaled(0)), 'TEMPLATE_IMPLAUSIBLE'],
    ['J7: one-hot', blobOf(oneHot), 'TEMPLATE_IMPLAUSIBLE'],
    ['J7: constant', blobOf(constant), 'TEMPLATE_IMPLAUSIBLE'],
  ]
  test.each(cases)('%s', (_, bytes, code) => {
    expect(() => decodeTemplate(bytes, spec)).toThrow(expect.objectContaining({ code }))
  })

  test('J4: negative zero and denormals are numbers like others', () => {
    const decoded = decodeTemplate(blobOf([-0, 1e-45, ...[...person].slice(2)]), spec)
    expect(cosine(decoded.vector, person)).toBeGreaterThan(0.98)
  })

  test('any flipped or cut bytes give a typed error or a unit vector, nothing else', () => {
    const mutation = fc.array(fc.tuple(fc.nat(2100), fc.nat(255)), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(mutation, fc.nat(2100), (flips, length) => {
        const bytes = flips.reduce((all, [at, value]) => replaced(all, at, value), blob(person).slice(0, length + 1))
        try {
          expect(cosine(decodeTemplate(bytes, spec).vector, decodeTemplate(bytes, spec).vector)).toBeCloseTo(1, 5)
        } catch (error) {
          expect(error).toMatchObject({ name: 'MienError' })
        }
      }),
    )
  })
})
