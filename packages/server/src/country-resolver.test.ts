import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { buildCountryDatabase } from '../../../test/fixtures/country-database.ts'
import { openCountryResolver } from './country-resolver.ts'

const folder = mkdtempSync(join(tmpdir(), 'mien-countries-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function fileOf(content: Buffer | string): string {
  const file = join(folder, `${Math.random()}.mmdb`)
  writeFileSync(file, content)
  return file
}
const client = (address: string | null, statedCountry: string | null = null) => ({ address, statedCountry })
const countries = { '203.0.113.0/24': 'DE', '198.51.100.0/25': 'FR', '2001:db8::/32': 'NL' }

test('[ER12] the country of an address is what the database says', async () => {
  const { countryOf } = openCountryResolver(fileOf(buildCountryDatabase(6, countries)))
  expect(await countryOf(client('203.0.113.7'))).toBe('DE')
  expect(await countryOf(client('198.51.100.127'))).toBe('FR')
  expect(await countryOf(client('2001:db8::1'))).toBe('NL')
})

test('[ER12] an address that it does not know, or none at all, is in no country', async () => {
  const { countryOf } = openCountryResolver(fileOf(buildCountryDatabase(6, countries)))
  for (const address of ['198.51.100.128', '10.0.0.1', '2001:db9::1', '::1', null]) {
    expect(await countryOf(client(address))).toBeNull()
  }
})

test('[ER12] a database of IPv4 addresses knows no IPv6 address, whatever its first bits are', async () => {
  const { countryOf } = openCountryResolver(fileOf(buildCountryDatabase(4, { '32.1.0.0/16': 'DE' })))
  expect(await countryOf(client('32.1.13.184'))).toBe('DE')
  expect(await countryOf(client('2001:db8::1'))).toBeNull()
})

test('[ER12] what the proxy says comes first, also without a database', async () => {
  const { countryOf } = openCountryResolver(fileOf(buildCountryDatabase(6, countries)))
  expect(await countryOf(client('203.0.113.7', 'IT'))).toBe('IT')
  const without = openCountryResolver(null)
  expect(await without.countryOf(client('203.0.113.7', 'IT'))).toBe('IT')
  expect(await without.countryOf(client('203.0.113.7'))).toBeNull()
})

test('[ER12] an entry that cannot be read is in no country', async () => {
  const database = buildCountryDatabase(6, countries)
  database.fill(0xff, database.indexOf('country') - 2, database.indexOf('iso_code'))
  expect(await openCountryResolver(fileOf(database)).countryOf(client('203.0.113.7'))).toBeNull()
})

test('a file that is missing or something else stops the start and is named', () => {
  for (const file of [join(folder, 'none.mmdb'), fileOf('address,country\n'), fileOf('')]) {
    expect(() => openCountryResolver(file)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(file) }),
    )
  }
})
