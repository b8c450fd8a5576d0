import { ByteBuffer } from 'flatbuffers'
import { beforeAll, expect, test } from 'vitest'
import { addImageMetadata } from './add-image-metadata.ts'
import { loadManifest } from './load-manifest.ts'
import { readNpmPackage } from './read-npm-package.ts'

let plain: Uint8Array

beforeAll(async () => {
  const { source } = (await loadManifest()).files.find(({ role }) => role === 'tracker')!
  if (source.kind !== 'derived' || source.from.kind !== 'npm') throw new Error('the tracker is derived from a package')
  const { package: name, version, integrity, path } = source.from
  plain = (await readNpmPackage({ name, version, integrity, paths: [path] })).get(path)!
})

const fieldOf = (buffer: ByteBuffer, table: number, field: number) => {
  const offset = buffer.__offset(table, 4 + 2 * field)
  return offset === 0 ? 0 : table + offset
}
const targetOf = (buffer: ByteBuffer, table: number, field: number) => buffer.__indirect(fieldOf(buffer, table, field))
const elementOf = (buffer: ByteBuffer, vector: number, i: number) => buffer.__indirect(vector + 4 + 4 * i)

test('the result is the same model with one more buffer, named as metadata', () => {
  const [before, after] = [new ByteBuffer(plain), new ByteBuffer(addImageMetadata(plain))]
  const [oldRoot, newRoot] = [before.readInt32(0), after.readInt32(0)]
  for (const vector of [1, 2]) {
    expect(after.readInt32(targetOf(after, newRoot, vector))).toBe(before.readInt32(targetOf(before, oldRoot, vector)))
  }
  const [oldBuffers, newBuffers] = [targetOf(before, oldRoot, 4), targetOf(after, newRoot, 4)]
  const count = before.readInt32(oldBuffers)
  expect(after.readInt32(newBuffers)).toBe(count + 1)
  const metadata = elementOf(after, targetOf(after, newRoot, 6), 0)
  expect(after.__string(fieldOf(after, metadata, 0))).toBe('TFLITE_METADATA')
  expect(after.readInt32(fieldOf(after, metadata, 1))).toBe(count)
})

test('the metadata say RGB and (value - 127.5) / 127.5', () => {
  const model = addImageMetadata(plain)
  const outer = new ByteBuffer(model)
  const buffers = targetOf(outer, outer.readInt32(0), 4)
  const data = targetOf(outer, elementOf(outer, buffers, outer.readInt32(buffers) - 1), 0)
  const metadata = new ByteBuffer(model.slice(data + 4, data + 4 + outer.readInt32(data)))
  expect(metadata.getBufferIdentifier()).toBe('M001')
  const subgraph = elementOf(metadata, targetOf(metadata, metadata.readInt32(0), 3), 0)
  const input = elementOf(metadata, targetOf(metadata, subgraph, 2), 0)
  const unit = elementOf(metadata, targetOf(metadata, input, 4), 0)
  const options = targetOf(metadata, unit, 1)
  expect(metadata.readFloat32(targetOf(metadata, options, 0) + 4)).toBe(127.5)
  expect(metadata.readFloat32(targetOf(metadata, options, 1) + 4)).toBe(127.5)
  const image = targetOf(metadata, targetOf(metadata, input, 3), 1)
  expect(metadata.readInt8(fieldOf(metadata, image, 0))).toBe(1)
})

test('what is no TensorFlow Lite model, or has metadata already, is refused', () => {
  const refused = expect.objectContaining({ code: 'MODEL_MANIFEST_INVALID' })
  expect(() => addImageMetadata(new Uint8Array(64))).toThrow(refused)
  expect(() => addImageMetadata(addImageMetadata(plain))).toThrow(refused)
})
