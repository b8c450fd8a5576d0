/**
 * Binary template format, version 1. Little-endian, no padding, nothing after the last number:
 *
 * | offset    | bytes | content                                         |
 * | --------- | ----- | ----------------------------------------------- |
 * | 0         | 4     | `MTPL`                                          |
 * | 4         | 1     | version, 1                                      |
 * | 5         | 1     | L, length of the model id, 1..64                |
 * | 6         | L     | model id, `[a-z0-9._@-]`                        |
 * | 6 + L     | 2     | D, dimension, 64..4096                          |
 * | 8 + L     | 4 D   | float32 components of the unit vector           |
 */
import { MienError } from '../errors.ts'
import type { Template } from '../vision/types.ts'
import { unitVector } from './unit-vector.ts'

const magic = [0x4d, 0x54, 0x50, 0x4c] as const
const version = 1
const modelIdPattern = /^[a-z0-9][a-z0-9._@-]{0,63}$/
export const minDimension = 64
export const maxDimension = 4096

/** What a receiver is prepared to compare with. */
export interface TemplateSpec {
  readonly modelId: string
  readonly dimension: number
}

/** @throws MienError TEMPLATE_MALFORMED (bad model id), TEMPLATE_DIMENSION */
export function encodeTemplate(template: Template): Uint8Array<ArrayBuffer> {
  const { modelId, vector } = template
  if (!modelIdPattern.test(modelId)) throw new MienError('TEMPLATE_MALFORMED')
  if (vector.length < minDimension || vector.length > maxDimension) throw new MienError('TEMPLATE_DIMENSION')
  const bytes = new Uint8Array(8 + modelId.length + 4 * vector.length)
  const view = new DataView(bytes.buffer)
  bytes.set([...magic, version, modelId.length])
  for (let i = 0; i < modelId.length; i++) bytes[6 + i] = modelId.charCodeAt(i)
  view.setUint16(6 + modelId.length, vector.length, true)
  for (let i = 0; i < vector.length; i++) view.setFloat32(8 + modelId.length + 4 * i, vector[i]!, true)
  return bytes
}

/**
 * Reads a blob that anyone may have written. The vector that comes back is renormalised.
 *
 * @throws MienError TEMPLATE_MALFORMED, TEMPLATE_VERSION, MODEL_MISMATCH, TEMPLATE_DIMENSION, TEMPLATE_NOT_FINITE, TEMPLATE_NORM, TEMPLATE_IMPLAUSIBLE
 */
export function decodeTemplate(bytes: Uint8Array, expected: TemplateSpec): Template {
  const modelId = readModelId(bytes)
  if (modelId !== expected.modelId) throw modelMismatch(expected.modelId)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const start = 8 + modelId.length
  if (bytes.length < start) throw new MienError('TEMPLATE_MALFORMED')
  const dimension = view.getUint16(start - 2, true)
  if (dimension !== expected.dimension) throw new MienError('TEMPLATE_DIMENSION')
  if (bytes.length !== start + 4 * dimension) throw new MienError('TEMPLATE_MALFORMED')
  const components = Float64Array.from({ length: dimension }, (_, i) => view.getFloat32(start + 4 * i, true))
  return { modelId, vector: unitVector(components) }
}

/** Names the model that would be compared, which is no secret: a client can then fetch it. */
export const modelMismatch = (modelId: string): MienError =>
  new MienError('MODEL_MISMATCH', {
    message: `Templates of ${modelId} are compared here`,
    details: { model_id: modelId },
  })

function readModelId(bytes: Uint8Array): string {
  if (bytes.length < 6 || magic.some((byte, i) => bytes[i] !== byte)) throw new MienError('TEMPLATE_MALFORMED')
  if (bytes[4] !== version) throw new MienError('TEMPLATE_VERSION')
  const modelId = String.fromCharCode(...bytes.subarray(6, 6 + bytes[5]!))
  if (modelId.length !== bytes[5] || !modelIdPattern.test(modelId)) throw new MienError('TEMPLATE_MALFORMED')
  return modelId
}
