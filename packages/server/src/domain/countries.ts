import type { Application, Client } from './model.ts'
import type { CountryResolver } from './ports.ts'

export interface Countries {
  /** Whether the application may be used from where the client is. A client whose country is unknown is in none of those listed. */
  allows(application: Application, client: Client): Promise<boolean>
}

export function createCountries(resolver: CountryResolver): Countries {
  return {
    async allows({ settings: { countries } }, client) {
      if (countries.length === 0) return true
      const country = await resolver.countryOf(client)
      return country !== null && countries.includes(country)
    },
  }
}
