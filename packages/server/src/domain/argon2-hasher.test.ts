import { expect, test } from 'vitest'
import { argon2Hasher } from './argon2-hasher.ts'

test('[ST44] a PIN is stored as argon2id with at least the parameters of OWASP, and only its own bytes fit', async () => {
  const secret = new Uint8Array(32).fill(3)
  const hash = await argon2Hasher.hash(secret)
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(await argon2Hasher.verify(hash, secret)).toBe(true)
  expect(await argon2Hasher.verify(hash, new Uint8Array(32).fill(4))).toBe(false)
  expect(await argon2Hasher.verify('not a hash', secret)).toBe(false)
})

test('[ST44] a secret is any bytes, also those that are no UTF-8, as a keyed digest is', async () => {
  const secret = Uint8Array.from({ length: 32 }, (_, i) => 255 - i)
  const hash = await argon2Hasher.hash(secret)
  expect(await argon2Hasher.verify(hash, secret)).toBe(true)
  expect(await argon2Hasher.verify(hash, secret.toReversed())).toBe(false)
})
