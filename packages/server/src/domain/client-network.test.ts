import { expect, test } from 'vitest'
import { clientNetwork } from './client-network.ts'

test.each([
  ['203.0.113.7', '203.0.113.200', '203.0.114.7'],
  ['2001:db8:1:ff00::1', '2001:db8:1:ffff:9::2', '2001:db8:1:fe00::1'],
])('[GU4] %s and %s are of one network, and %s is not', (address, neighbour, stranger) => {
  expect(clientNetwork(neighbour)).toBe(clientNetwork(address))
  expect(clientNetwork(stranger)).not.toBe(clientNetwork(address))
})

test('[GU4] whose address is not known is of one network', () => {
  expect(clientNetwork(null)).toBe(clientNetwork('nonsense'))
})
