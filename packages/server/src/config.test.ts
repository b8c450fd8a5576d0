import { describe, expect, it } from 'vitest'
import { readConfig } from './config.ts'

describe('the configuration', () => {
  it('listens on this machine only and uses the embedded database when nothing is set', () => {
    expect(readConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      databaseUrl: null,
      adminToken: null,
      trustedProxies: 0,
      countryHeader: null,
      countryDatabase: null,
      demo: true,
    })
  })

  it('treats an empty variable as one that is not set', () => {
    expect(readConfig({ PORT: '', HOST: ' ', DATABASE_URL: '' })).toMatchObject({ port: 8080, host: '127.0.0.1' })
  })

  it.each([
    ['PORT', '70000'],
    ['PORT', '80a'],
    ['PORT', '-1'],
    ['DATABASE_URL', 'mysql://localhost/x'],
    ['DATABASE_URL', 'not a url'],
    ['MIEN_ADMIN_TOKEN', 'short'],
    ['MIEN_DEMO', 'maybe'],
    ['MIEN_LOG_LEVEL', 'loud'],
    ['MIEN_TRUSTED_PROXIES', '-1'],
    ['MIEN_TRUSTED_PROXIES', '1.5'],
    ['MIEN_TRUSTED_PROXIES', 'all'],
    ['MIEN_COUNTRY_HEADER', 'CF IPCountry'],
  ])('names %s when it is %j, without repeating the value', (name, value) => {
    const failure = (() => {
      try {
        readConfig({ [name]: value })
      } catch (error) {
        return error
      }
      return undefined
    })()
    expect(failure).toMatchObject({ code: 'CONFIG_INVALID', details: { variables: [name] } })
    expect(String(failure)).not.toContain(value)
  })
})
