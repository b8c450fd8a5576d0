import { createHmac } from 'node:crypto'

/** A random key from which those for single purposes are made (HKDF-Expand with SHA-256, RFC 5869 section 2.3). */
export interface RootKey {
  /** The same bytes for the same purpose, each time the same object. @param bytes at most 8160 */
  expand(info: string, bytes: number): Uint8Array
}

const hashBytes = 32

export function createRootKey(secret: Uint8Array): RootKey {
  const expanded = new Map<string, Uint8Array>()
  return {
    expand(info, bytes) {
      const name = `${bytes}|${info}`
      const known = expanded.get(name)
      if (known !== undefined) return known
      const key = expand(secret, info, bytes)
      expanded.set(name, key)
      return key
    },
  }
}

function expand(secret: Uint8Array, info: string, bytes: number): Uint8Array {
  const blocks: Buffer[] = []
  for (let i = 1; i <= Math.ceil(bytes / hashBytes); i++) {
    const hmac = createHmac('sha256', secret).update(blocks.at(-1) ?? '')
    blocks.push(hmac.update(info).update(Uint8Array.of(i)).digest())
  }
  return new Uint8Array(Buffer.concat(blocks).subarray(0, bytes))
}

/** HKDF-Extract: what `hkdf(master, salt, …)` expands, so that keys of before stay what they are. */
export const extractRoot = (master: Uint8Array, salt: string): Uint8Array =>
  new Uint8Array(createHmac('sha256', salt).update(master).digest())
