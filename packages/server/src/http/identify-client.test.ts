import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { clientOf, identifyClient, type ProxyTrust } from './identify-client.ts'

interface Asked {
  readonly peer?: string
  readonly forwarded?: string
  readonly country?: string
}

async function ask(trust: Partial<ProxyTrust>, { peer, forwarded, country }: Asked) {
  const app = new Hono()
  app.use(identifyClient({ hops: 0, countryHeader: null, ...trust }))
  app.get('/', (c) => c.json(clientOf(c)))
  const headers = new Headers()
  if (forwarded !== undefined) headers.set('X-Forwarded-For', forwarded)
  if (country !== undefined) headers.set('CF-IPCountry', country)
  const env = peer === undefined ? {} : { incoming: { socket: { remoteAddress: peer } } }
  return (await app.request('/', { headers }, env)).json()
}

const peer = '192.0.2.1'

test('[ER11] H14: without proxies the peer is the client, whatever it writes', async () => {
  const forwarded = Array.from({ length: 50 }, (_, i) => `198.51.100.${i}`).join(', ')
  expect(await ask({}, { peer, forwarded })).toMatchObject({ address: peer })
})

test.each([
  [1, '203.0.113.9', '203.0.113.9'],
  [1, '6.6.6.6, 203.0.113.9', '203.0.113.9'],
  [2, '6.6.6.6, 203.0.113.9, 10.0.0.2', '203.0.113.9'],
  [2, '203.0.113.9', '203.0.113.9'],
  [1, '203.0.113.9:4711', '203.0.113.9'],
  [1, '[2001:db8::1]:4711', '2001:db8::1'],
  [1, '2001:DB8:0:0::1', '2001:db8::1'],
  [1, '::ffff:203.0.113.9', '203.0.113.9'],
])('[ER11] H14: behind %i proxies %j came from %s', async (hops, forwarded, address) => {
  expect(await ask({ hops }, { peer, forwarded })).toMatchObject({ address })
})

test.each([undefined, '', ' , ', 'unknown', '203.0.113', '0x7f.1', '203.0.113.9; DROP', '_hidden', '1'])(
  '[ER11] H14: of a proxy that wrote %j the peer is known',
  async (forwarded) => {
    const asked = forwarded === undefined ? { peer } : { peer, forwarded }
    expect(await ask({ hops: 1 }, asked)).toMatchObject({ address: peer })
  },
)

test('[ER11] one client has one address: IPv4 inside IPv6 is IPv4, a zone is left out', async () => {
  expect(await ask({}, { peer: '::ffff:192.0.2.1' })).toMatchObject({ address: '192.0.2.1' })
  expect(await ask({}, { peer: 'fe80::1%eth0' })).toMatchObject({ address: 'fe80::1' })
  expect(await ask({}, {})).toMatchObject({ address: null })
})

test('[ER12] a country is read only from the header that is named, and only when it is one', async () => {
  const countryHeader = 'cf-ipcountry'
  expect(await ask({ countryHeader }, { country: ' de ' })).toMatchObject({ statedCountry: 'DE' })
  expect(await ask({}, { country: 'DE' })).toMatchObject({ statedCountry: null })
  for (const country of ['', 'T1', 'DEU', 'D', 'DE, FR']) {
    expect(await ask({ countryHeader }, { country })).toMatchObject({ statedCountry: null })
  }
})
