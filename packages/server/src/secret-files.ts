import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

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

/** The content of the file; made on first use. When two processes make it at once, both get that of the first. */
export function readOrCreateSecret(path: string, make: () => string): string {
  const known = readSecretFile(path)
  if (known !== null) return known
  mkdirSync(dirname(path), { recursive: true, mode: folderMode })
  try {
    writeFileSync(path, `${make()}\n`, { flag: 'wx', mode: fileMode, flush: true })
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error
  }
  return readFileSync(path, 'utf8').trim()
}

export function writeSecretFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: folderMode })
  writeFileSync(path, `${text}\n`, { mode: fileMode, flush: true })
}
