import { afterEach, expect, it, vi } from 'vitest'
import { createPasskeyChoice } from './passkey-choice.ts'

afterEach(() => vi.unstubAllGlobals())

const shop = { endpoint: 'https://face.example/', publicId: 'shop' }

it('[PK12] keeps a no for its own application, until it is forgotten', () => {
  const kept = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  })
  const choice = createPasskeyChoice(shop)
  expect(choice.wasDeclined()).toBe(false)
  choice.decline()
  expect(createPasskeyChoice(shop).wasDeclined()).toBe(true)
  expect(createPasskeyChoice({ ...shop, publicId: 'other' }).wasDeclined()).toBe(false)
  expect(createPasskeyChoice({ ...shop, endpoint: 'https://other.example/' }).wasDeclined()).toBe(false)
  choice.forget()
  expect(choice.wasDeclined()).toBe(false)
})

it('[PK12] asks again where the browser keeps nothing', () => {
  const forbid = () => {
    throw new DOMException('x', 'SecurityError')
  }
  vi.stubGlobal('localStorage', { getItem: forbid, setItem: forbid, removeItem: forbid })
  const choice = createPasskeyChoice(shop)
  choice.decline()
  choice.forget()
  expect(choice.wasDeclined()).toBe(false)
})
