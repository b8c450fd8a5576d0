import { readFileSync } from 'node:fs'
import { MienError } from '@mien/shared/errors'
import { type CountryResponse, Reader } from 'mmdb-lib'
import type { CountryResolver } from './domain/ports.ts'

/**
 * A trusted proxy's word, else what a database of addresses says. The file is read once, whole: databases of countries have a
 * few megabytes. `country.iso_code` is where GeoIP2, GeoLite2 and DB-IP write the country.
 *
 * @param file in MaxMind's format; null: none
 * @throws MienError CONFIG_INVALID when there is no such file or it is something else
 */
export function openCountryResolver(file: string | null): CountryResolver {
  const ofAddress = file === null ? () => null : readDatabase(file)
  return {
    async countryOf({ address, statedCountry }) {
      return statedCountry ?? (address === null ? null : ofAddress(address))
    },
  }
}

function readDatabase(file: string): (address: string) => string | null {
  const reader = openReader(file)
  return (address) => {
    // A tree of IPv4 addresses would take the first half of an IPv6 address for one of its own.
    if (reader.metadata.ipVersion === 4 && address.includes(':')) return null
    try {
      return reader.get(address)?.country?.iso_code ?? null
    } catch {
      // A damaged entry: not known, which is in no list of countries.
      return null
    }
  }
}

function openReader(file: string): Reader<CountryResponse> {
  try {
    return new Reader<CountryResponse>(readFileSync(file))
  } catch (cause) {
    const message = `MIEN_COUNTRY_DATABASE: ${file} cannot be read as a database of countries.`
    throw new MienError('CONFIG_INVALID', { message, cause })
  }
}
