import { encodeBase64Url } from '@mien/shared/bytes'
import { hash, verify } from '@node-rs/argon2'
import type { PinHasher } from './ports.ts'

/** `Algorithm.Argon2id`: the package declares a const enum, which isolated modules cannot read. */
const argon2id = 2

/** OWASP ASVS 5.0 appendix C, the floor for argon2id: 19 MiB, two passes, one lane. The pepper does the rest. */
const parameters = { algorithm: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

const encodedHash =
  /^\$argon2id\$v=19\$m=(\d{1,9}),t=(\d{1,9}),p=(\d{1,9})\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{16,86}$/

/** So many times what our own hashes cost: whoever verifies one pays what it says. */
const bearable = 2

/** Whether it is a hash by argon2id that costs no more than twice what ours do: for those that come from elsewhere. */
export function isBearableHash(encoded: string): boolean {
  const [memoryCost = 0, timeCost = 0, lanes = 0] = (encodedHash.exec(encoded) ?? []).slice(1).map(Number)
  const isWithin = (cost: number, own: number) => cost >= 1 && cost <= bearable * own
  return (
    isWithin(memoryCost, parameters.memoryCost) &&
    isWithin(timeCost, parameters.timeCost) &&
    isWithin(lanes, parameters.parallelism)
  )
}

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
