import { expect, test } from 'vitest'
import { relyingPartyOf } from './relying-party.ts'

test.each([
  ['https://shop.example', 'shop.example'],
  ['https://www.shop.example:8443', 'www.shop.example'],
  ['http://localhost:5173', 'localhost'],
  ['http://shop.localhost', 'shop.localhost'],
])('[PK3] passkeys of %s belong to %s', (origin, relyingParty) => {
  expect(relyingPartyOf(origin)).toBe(relyingParty)
})

test.each([
  null,
  'null',
  'http://shop.example',
  'https://192.0.2.7',
  'http://127.0.0.1:8080',
  'https://[2001:db8::1]',
  'localhost',
])('[PK10] there are none at %s', (origin) => {
  expect(relyingPartyOf(origin)).toBeNull()
})
