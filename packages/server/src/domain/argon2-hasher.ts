import { hash, verify } from '@node-rs/argon2'
import type { PinHasher } from './ports.ts'

/** `Algorithm.Argon2id`: the package declares a const enum, which isolated modules cannot read. */
const argon2id = 2

/** OWASP ASVS 5.0 appendix C, the floor for argon2id: 19 MiB, two passes, one lane. The pepper does the rest. */
const parameters = { algorithm: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

export const argon2Hasher: PinHasher = {
  hash: (secret) => hash(secret, parameters),
  async verify(encoded, secret) {
    try {
      return await verify(encoded, secret)
    } catch {
      // An unreadable hash fits no PIN.
      return false
    }
  },
}
