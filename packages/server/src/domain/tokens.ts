import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { CredentialKind } from '@mien/shared/api/applications'
import { encodeBase64Url } from '@mien/shared/bytes'
import { v7 } from 'uuid'
import type { Digest } from './model.ts'

/** 256 random bits as 43 base64url characters. */
export const randomToken = (): string => encodeBase64Url(randomBytes(32))

const randomHex = (bytes: number): string => randomBytes(bytes).toString('hex')

/** A row id that sorts by time. */
export const rowId = (): string => v7()

/** A facial id: 16 random bytes, no time and no version bits inside. */
export function newFacialId(): string {
  const hex = randomHex(16)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

export const newPublicId = (): string => `mp_${randomHex(16)}`

export const sha256 = (text: string): Digest => createHash('sha256').update(text, 'utf8').digest()

export const sameDigest = (a: Digest, b: Digest): boolean => a.length === b.length && timingSafeEqual(a, b)

export interface NewSecret {
  readonly clientId: string | null
  readonly secret: string
}

/** Secrets in the shape that the clients of each dialect expect: FACEIO and UFME hexadecimal, Ticos `ts_` and 32 hexadecimal digits. */
export const newSecret: Readonly<Record<CredentialKind, () => NewSecret>> = {
  secret_key: () => ({ clientId: null, secret: `mk_${randomToken()}` }),
  faceio: () => ({ clientId: null, secret: randomHex(16) }),
  ticos: () => ({ clientId: null, secret: `ts_${randomHex(16)}` }),
  uqudo: () => ({ clientId: `uq_${randomHex(12)}`, secret: randomToken() }),
  idaas: () => ({ clientId: newFacialId(), secret: randomToken() }),
  ufme: () => ({ clientId: null, secret: randomHex(32) }),
}
