import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { MienError } from '@mien/shared/errors'

/** Only the user who runs the server may read these. */
const fileMode = 0o600
const folderMode = 0o700

const isCode = (error: unknown, code: string) => (error as NodeJS.ErrnoException).code === code

export function readSecretFile(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null
    throw error
  }
}

/**
 * The content of the file; made on first use. When two processes make it at once, both get that of the first.
 *
 * @throws MienError CONFIG_INVALID when the file is there and empty: no key is better than one that is guessed
 */
export function readOrCreateSecret(path: string, make: () => string): string {
  const known = readSecretFile(path) ?? create(path, make())
  if (known === '') throw new MienError('CONFIG_INVALID', { message: `${path} is empty` })
  return known
}

function create(path: string, secret: string): string {
  const draft = writeDraft(path, secret)
  try {
    linkSync(draft, path)
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error
  } finally {
    rmSync(draft, { force: true })
  }
  return readFileSync(path, 'utf8').trim()
}

/** Replaces the file in one step. */
export function writeSecretFile(path: string, text: string): void {
  renameSync(writeDraft(path, text), path)
}

/** Written beside its place and moved there whole, so that a crash or a full disk leaves no half a secret. */
function writeDraft(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true, mode: folderMode })
  const draft = `${path}.${process.pid}.new`
  writeFileSync(draft, `${text}\n`, { mode: fileMode, flush: true })
  return draft
}
