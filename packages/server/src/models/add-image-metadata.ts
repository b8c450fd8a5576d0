import { MienError } from '@mien/shared/errors'
import { Builder, ByteBuffer, type Offset } from 'flatbuffers'

/**
 * Adds to a TensorFlow Lite model the metadata that says how pixels become its input: RGB, (value - 127.5) / 127.5.
 * MediaPipe's FaceDetector refuses a float32 model without it, and the copy that npm carries has none.
 *
 * The model is not rebuilt. New tables go in front of the untouched bytes: a Model root that points into the old one
 * for everything but `buffers` and `metadata`. Offsets in a FlatBuffer point forward, so the order fits.
 *
 * Layouts: tensorflow/lite/schema/schema.fbs (Model, Buffer, Metadata) and
 * tflite-support's metadata_schema.fbs (ModelMetadata and below, identifier M001). Numbers are field indices.
 *
 * @throws MienError MODEL_MANIFEST_INVALID when the bytes are no TensorFlow Lite model or have metadata already
 */
export function addImageMetadata(model: Uint8Array): Uint8Array {
  const old = new ByteBuffer(model)
  const root = old.readInt32(0)
  const isModel = new TextDecoder().decode(model.subarray(4, 8)) === 'TFL3'
  if (!isModel || fieldOffset(old, root, modelField.metadata) !== 0) throw new MienError('MODEL_MANIFEST_INVALID')
  return prependRoot(model, old, root, buildMetadata())
}

const modelField = {
  version: 0,
  operatorCodes: 1,
  subgraphs: 2,
  description: 3,
  buffers: 4,
  metadataBuffer: 5,
  metadata: 6,
  signatureDefs: 7,
} as const

/** Absolute position of a table's field, 0 when it is absent. */
function fieldOffset(buffer: ByteBuffer, table: number, field: number): number {
  const offset = buffer.__offset(table, 4 + 2 * field)
  return offset === 0 ? 0 : table + offset
}

/** Absolute position of what an offset field points at, 0 when the field is absent. */
function target(buffer: ByteBuffer, table: number, field: number): number {
  const position = fieldOffset(buffer, table, field)
  return position === 0 ? 0 : buffer.__indirect(position)
}

/** Alignment of the old bytes inside the new file: at least that of any tensor in it. */
const alignment = 64

/**
 * The new head, written by hand since a builder cannot point outside itself: file header, vtable, Model table, the
 * vector of buffers, the new Buffer and Metadata tables, their data, padding, then the old file.
 */
function prependRoot(model: Uint8Array, old: ByteBuffer, root: number, metadata: Uint8Array): Uint8Array {
  const oldBuffers = target(old, root, modelField.buffers)
  const bufferCount = old.readInt32(oldBuffers)
  const kept = [
    modelField.operatorCodes,
    modelField.subgraphs,
    modelField.description,
    modelField.signatureDefs,
  ].filter((field) => target(old, root, field) !== 0)

  // Positions, front to back. The vtable has 2 + 8 entries of 2 bytes, the table a header and up to 8 slots of 4.
  const vtable = 8
  const table = vtable + 20
  const buffers = table + 36
  const newBuffer = buffers + 4 + 4 * (bufferCount + 1)
  const metadataVector = newBuffer + 16
  const metadataTable = metadataVector + 8
  const name = metadataTable + 24
  const metadataName = new TextEncoder().encode('TFLITE_METADATA')
  const data = Math.ceil((name + 4 + metadataName.length + 1 + 4) / 16) * 16
  const oldStart = Math.ceil((data + metadata.length) / alignment) * alignment

  const bytes = new Uint8Array(oldStart + model.length)
  const view = new DataView(bytes.buffer)
  const pointAt = (position: number, to: number) => view.setUint32(position, to - position, true)
  const slot = (field: number) => table + 4 + 4 * field

  bytes.set(model, oldStart)
  pointAt(0, table)
  bytes.set(model.subarray(4, 8), 4)

  view.setUint16(vtable, 20, true)
  view.setUint16(vtable + 2, 36, true)
  const declare = (field: number) => view.setUint16(vtable + 4 + 2 * field, slot(field) - table, true)
  view.setInt32(table, table - vtable, true)
  declare(modelField.version)
  view.setUint32(slot(modelField.version), old.readUint32(fieldOffset(old, root, modelField.version)), true)
  for (const field of kept) {
    declare(field)
    pointAt(slot(field), oldStart + target(old, root, field))
  }
  declare(modelField.buffers)
  pointAt(slot(modelField.buffers), buffers)
  declare(modelField.metadata)
  pointAt(slot(modelField.metadata), metadataVector)

  view.setUint32(buffers, bufferCount + 1, true)
  for (let i = 0; i < bufferCount; i++) {
    pointAt(buffers + 4 + 4 * i, oldStart + old.__indirect(oldBuffers + 4 + 4 * i))
  }
  // Buffer { data }: a vtable of one field in front of its table.
  const newBufferTable = newBuffer + 8
  pointAt(buffers + 4 + 4 * bufferCount, newBufferTable)
  writeTableHeader(view, newBuffer, newBufferTable, [4], 8)
  pointAt(newBufferTable + 4, data - 4)

  // Metadata { name, buffer }
  view.setUint32(metadataVector, 1, true)
  const metadataTableStart = metadataTable + 8
  pointAt(metadataVector + 4, metadataTableStart)
  writeTableHeader(view, metadataTable, metadataTableStart, [4, 8], 12)
  pointAt(metadataTableStart + 4, name)
  view.setUint32(metadataTableStart + 8, bufferCount, true)

  view.setUint32(name, metadataName.length, true)
  bytes.set(metadataName, name + 4)
  view.setUint32(data - 4, metadata.length, true)
  bytes.set(metadata, data)
  return bytes
}

function writeTableHeader(view: DataView, vtable: number, table: number, fields: readonly number[], size: number) {
  view.setUint16(vtable, 4 + 2 * fields.length, true)
  view.setUint16(vtable + 2, size, true)
  fields.forEach((offset, i) => {
    view.setUint16(vtable + 4 + 2 * i, offset, true)
  })
  view.setInt32(table, table - vtable, true)
}

/** ModelMetadata > SubGraphMetadata > TensorMetadata of the one input > NormalizationOptions. */
function buildMetadata(): Uint8Array {
  const builder = new Builder(512)
  const mean = floatVector(builder, [127.5])
  const std = floatVector(builder, [127.5])
  const normalization = buildTable(builder, 2, () => {
    builder.addFieldOffset(0, mean, 0)
    builder.addFieldOffset(1, std, 0)
  })
  const processUnit = buildTable(builder, 2, () => {
    builder.addFieldInt8(0, unionMember.normalizationOptions, 0)
    builder.addFieldOffset(1, normalization, 0)
  })
  const imageProperties = buildTable(builder, 2, () => builder.addFieldInt8(0, colourSpaceRgb, 0))
  const content = buildTable(builder, 3, () => {
    builder.addFieldInt8(0, unionMember.imageProperties, 0)
    builder.addFieldOffset(1, imageProperties, 0)
  })
  const inputName = builder.createString('image')
  const processUnits = offsetVector(builder, [processUnit])
  const input = buildTable(builder, 7, () => {
    builder.addFieldOffset(0, inputName, 0)
    builder.addFieldOffset(3, content, 0)
    builder.addFieldOffset(4, processUnits, 0)
  })
  const outputs = ['regressors', 'classificators'].map((text) => {
    const name = builder.createString(text)
    return buildTable(builder, 7, () => builder.addFieldOffset(0, name, 0))
  })
  const inputs = offsetVector(builder, [input])
  const outputVector = offsetVector(builder, outputs)
  const subgraph = buildTable(builder, 7, () => {
    builder.addFieldOffset(2, inputs, 0)
    builder.addFieldOffset(3, outputVector, 0)
  })
  const subgraphs = offsetVector(builder, [subgraph])
  const name = builder.createString('Face detector')
  const parser = builder.createString('1.0.0')
  const root = buildTable(builder, 8, () => {
    builder.addFieldOffset(0, name, 0)
    builder.addFieldOffset(3, subgraphs, 0)
    builder.addFieldOffset(7, parser, 0)
  })
  builder.finish(root, 'M001')
  return builder.asUint8Array()
}

/** ContentProperties.ImageProperties and ProcessUnitOptions.NormalizationOptions. */
const unionMember = { imageProperties: 2, normalizationOptions: 1 } as const
const colourSpaceRgb = 1

function buildTable(builder: Builder, fields: number, fill: () => void): Offset {
  builder.startObject(fields)
  fill()
  return builder.endObject()
}

function floatVector(builder: Builder, values: readonly number[]): Offset {
  builder.startVector(4, values.length, 4)
  for (const value of values.toReversed()) builder.addFloat32(value)
  return builder.endVector()
}

function offsetVector(builder: Builder, offsets: readonly Offset[]): Offset {
  builder.startVector(4, offsets.length, 4)
  for (const offset of offsets.toReversed()) builder.addOffset(offset)
  return builder.endVector()
}
