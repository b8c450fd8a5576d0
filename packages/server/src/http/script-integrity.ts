import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What a page writes beside the address of a script, so that its browser runs that script and no other. */
export interface ScriptIntegrity {
  /** Subresource Integrity, https://www.w3.org/TR/SRI/. */
  readonly integrity: string
  /** An address under which there is this content and never another. */
  readonly immutablePath: string
}

const isScript = (name: string): boolean => /\.m?js$/.test(name)

/** Of each script of a folder, by its path below it; those at the root have an immutable address of their own, the others are it. */
export async function readScriptIntegrity(folder: string): Promise<ReadonlyMap<string, ScriptIntegrity>> {
  const names = (await readdir(folder, { recursive: true })).filter(isScript).sort()
  const entries = await Promise.all(
    names.map(async (name) => [name, integrityOf(name, await readFile(join(folder, name)))] as const),
  )
  return new Map(entries)
}

function integrityOf(name: string, bytes: Uint8Array): ScriptIntegrity {
  const integrity = `sha384-${createHash('sha384').update(bytes).digest('base64')}`
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16)
  const isHashed = name.startsWith('assets/')
  return { integrity, immutablePath: isHashed ? `/${name}` : `/${name.replace(/\.js$/, `-${hash}.js`)}` }
}
