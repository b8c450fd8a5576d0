import { encodeBase64Url } from '@mien/shared/bytes'
import { hash, verify } from '@node-rs/argon2'
import type { PinHasher } from './ports.ts'

/** `Algorithm.Argon2id`: the package declares a const enum, which isolated modules cannot read. */
const argon2id = 2

/** OWASP ASVS 5.0 appendix C, the floor for argon2id: 19 MiB, two passes, one lane. The pepper does the rest. */
const parameters = { algorithm: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** As text: `verify` of the package takes only bytes that are UTF-8, which those of a keyed digest hardly ever are. */
const textOf = (secret: Uint8Array): string => encodeBase64Url(secret)

export interface Argon2Cost {
  /** KiB, at least 8. */
  readonly memoryCost: number
  readonly timeCost: number
}

/** What it costs to hash; whoever verifies reads it off the hash. */
export const createArgon2Hasher = (cost: Argon2Cost): PinHasher => ({
  hash: (secret) => hash(textOf(secret), { ...parameters, ...cost }),
  async verify(encoded, secret) {
    try {
      return await verify(encoded, textOf(secret))
    } catch {
      // An unreadable hash fits no PIN.
      return false
    }
  },
})

export const argon2Hasher: PinHasher = createArgon2Hasher(parameters)
