import { createHash, randomUUID } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { MienError } from '@mien/shared/errors'
import type { ModelFile } from '@mien/shared/vision/manifest'

type Identity = Pick<ModelFile, 'file' | 'bytes' | 'sha256'>

export const hasIdentity = (bytes: Uint8Array, { bytes: size, sha256 }: Identity): boolean =>
  bytes.length === size && createHash('sha256').update(bytes).digest('hex') === sha256

/** @returns undefined when there is no such file */
export async function readIfPresent(path: string): Promise<Uint8Array | undefined> {
  try {
    return await fs.readFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new MienError('CONFIG_INVALID', { message: `The model file ${path} cannot be read`, cause: error })
  }
}

/**
 * Reads a weights file as the manifest names it. Checked on every use: a file that was changed on disk never runs.
 *
 * @throws MienError MODEL_HASH_MISMATCH, MODEL_SOURCE_UNREACHABLE when it is not there
 */
export async function readWeights(directory: string, model: Identity): Promise<Uint8Array> {
  const bytes = await readIfPresent(join(directory, model.file))
  if (bytes === undefined) throw new MienError('MODEL_SOURCE_UNREACHABLE', { details: { file: model.file } })
  if (!hasIdentity(bytes, model)) throw new MienError('MODEL_HASH_MISMATCH', { details: { file: model.file } })
  return bytes
}

/**
 * Writes beside the target, flushes, then renames: whoever reads sees the old file, the whole new one or none, and two
 * processes that write the same file cannot mix.
 *
 * @param open replaceable for tests
 * @throws MienError STORAGE_FULL, CONFIG_INVALID when the folder cannot be written
 */
export async function writeAtomically(path: string, bytes: Uint8Array, open = fs.open): Promise<void> {
  const temporary = `${path}.${process.pid}-${randomUUID()}.tmp`
  try {
    await fs.mkdir(dirname(path), { recursive: true })
    const handle = await open(temporary, 'wx')
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await fs.rename(temporary, path)
  } catch (error) {
    await fs.rm(temporary, { force: true })
    throw toStorageError(error, path)
  }
}

function toStorageError(error: unknown, path: string): MienError {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
  const full = code === 'ENOSPC' || code === 'EDQUOT'
  return full
    ? new MienError('STORAGE_FULL', { cause: error, details: { path } })
    : new MienError('CONFIG_INVALID', { message: `The file ${path} cannot be written (${code})`, cause: error })
}
