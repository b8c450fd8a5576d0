import { totalmem } from 'node:os'
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
      dialects: ['faceio', 'ticos', 'uqudo', 'idaas', 'ufme'],
      hosts: new Map(),
      apiCallsPerMinute: 600,
      sealedMemoryBytes: 268_435_456,
      demo: true,
    })
  })

  it('[WH12] takes origins that webhooks may be sent to, exactly as they are compared', () => {
    const text = 'http://10.0.0.5:9000, https://intranet.example,,http://[::1]:9000'
    const webhookAllow = ['http://10.0.0.5:9000', 'https://intranet.example', 'http://[::1]:9000']
    expect(readConfig({ MIEN_WEBHOOK_ALLOW: text })).toMatchObject({ webhookAllow })
    expect(readConfig({})).toMatchObject({ webhookAllow: [] })
  })

  it('treats an empty variable as one that is not set', () => {
    expect(readConfig({ PORT: '', HOST: ' ', DATABASE_URL: '' })).toMatchObject({ port: 8080, host: '127.0.0.1' })
  })

  it('[KE9] takes the master key from one place, and a second one only beside it', () => {
    const [key, other] = ['11'.repeat(32), '22'.repeat(32)]
    const both = { MIEN_MASTER_KEY: key, MIEN_MASTER_KEY_OTHER: other }
    expect(readConfig(both)).toMatchObject({ masterKey: key, otherMasterKey: other, masterKeyCommand: null })
    expect(readConfig({ MIEN_MASTER_KEY_COMMAND: 'kms read' })).toMatchObject({ masterKeyCommand: 'kms read' })
    const refused = expect.objectContaining({ code: 'CONFIG_INVALID' })
    expect(() => readConfig({ MIEN_MASTER_KEY: key, MIEN_MASTER_KEY_COMMAND: 'kms' })).toThrow(refused)
    expect(() => readConfig({ MIEN_MASTER_KEY_OTHER: other })).toThrow(refused)
  })

  it('[ST63] takes a quarter of the memory for searches, 2 GiB at most, and none for 0', () => {
    const { indexMemoryBytes } = readConfig({})
    expect(indexMemoryBytes).toBeGreaterThan(0)
    expect(indexMemoryBytes).toBeLessThanOrEqual(Math.min(2 * 2 ** 30, totalmem() / 4))
    expect(readConfig({ MIEN_INDEX_MEMORY_MB: '0' })).toMatchObject({ indexMemoryBytes: 0 })
    expect(readConfig({ MIEN_INDEX_MEMORY_MB: '64' })).toMatchObject({ indexMemoryBytes: 67_108_864 })
  })

  it.each([
    ['MIEN_INDEX_MEMORY_MB', '-1'],
    ['MIEN_INDEX_MEMORY_MB', '1.5'],
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
    ['MIEN_WEBHOOK_ALLOW', 'intranet.example'],
    ['MIEN_WEBHOOK_ALLOW', 'http://10.0.0.5:9000/'],
    ['MIEN_WEBHOOK_ALLOW', 'http://10.0.0.5:9000,ftp://10.0.0.5'],
    ['MIEN_WEBHOOK_ALLOW', 'http://user@10.0.0.5:9000'],
    ['MIEN_WEBHOOK_ALLOW', 'https://a.example:443'],
    ['MIEN_WEBHOOK_ALLOW', '*'],
    ['MIEN_DIALECTS', 'faceio,soap'],
    ['MIEN_HOSTS', 'api.faceio.example'],
    ['MIEN_HOSTS', 'api.faceio.example=soap'],
    ['MIEN_HOSTS', 'https://api.faceio.example=faceio'],
    ['MIEN_HOSTS', 'api.faceio.example:8080=faceio'],
    ['MIEN_HOSTS', 'API.faceio.example=faceio'],
    ['MIEN_HOSTS', 'a.example=faceio,a.example=faceio'],
    ['MIEN_API_CALLS_PER_MINUTE', '0'],
    ['MIEN_SEALED_MEMORY_MB', '0'],
    ['MIEN_SMTP_URL', 'mail.example'],
    ['MIEN_SMTP_URL', 'https://mail.example'],
    ['MIEN_SMTP_URL', 'smtp://mail.example/?tls.rejectUnauthorized=false'],
    ['MIEN_SMTP_FROM', 'mien'],
    ['MIEN_SMTP_FROM', 'a@example.com, b@example.com'],
    ['MIEN_SMTP_FROM', 'Mien <a@example.com>\nBcc: b@example.com'],
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

  it.each([
    ['MIEN_SMTP_URL', 'MIEN_SMTP_FROM', { MIEN_SMTP_URL: 'smtp://mail.example' }],
    ['MIEN_SMTP_URL', 'MIEN_SMTP_FROM', { MIEN_SMTP_FROM: 'mien@example.com' }],
    ['TLS_CERT', 'TLS_KEY', { TLS_CERT: 'cert.pem' }],
    ['TLS_CERT', 'TLS_KEY', { TLS_KEY: 'key.pem' }],
  ])('takes %s and %s together or not at all', (a, b, environment) => {
    const half = expect.objectContaining({ code: 'CONFIG_INVALID', details: { variables: [a, b] } })
    expect(() => readConfig(environment)).toThrow(half)
    expect(readConfig({})).toMatchObject({ smtp: null, tls: null })
  })

  it('reads where mail goes and from whom, and where the certificate is', () => {
    const url = 'smtps://mien:p%40ss@mail.example:465'
    const from = 'Mien at Shop <mien@shop.example>'
    const paths = { TLS_CERT: '/etc/mien/cert.pem', TLS_KEY: '/etc/mien/key.pem' }
    expect(readConfig({ MIEN_SMTP_URL: url, MIEN_SMTP_FROM: from, ...paths })).toMatchObject({
      smtp: { url, from },
      tls: { certFile: '/etc/mien/cert.pem', keyFile: '/etc/mien/key.pem' },
    })
  })

  it('[ER12] believes a header about countries only where a proxy stands in front', () => {
    const header = { MIEN_COUNTRY_HEADER: 'CF-IPCountry' }
    const variables = ['MIEN_COUNTRY_HEADER', 'MIEN_TRUSTED_PROXIES']
    expect(() => readConfig(header)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', details: { variables } }),
    )
    expect(readConfig({ ...header, MIEN_TRUSTED_PROXIES: '1' }).countryHeader).toBe('CF-IPCountry')
  })

  it('[FA9] maps host names to dialects, and refuses one whose dialect is off', () => {
    const hosts = { MIEN_HOSTS: 'api.faceio.example=faceio, face.example=faceio' }
    expect(readConfig(hosts).hosts).toEqual(
      new Map([
        ['api.faceio.example', 'faceio'],
        ['face.example', 'faceio'],
      ]),
    )
    const several = 'api.ticos.example=ticos,id.uqudo.example=uqudo,auth.uqudo.example=uqudo'
    expect([...readConfig({ MIEN_HOSTS: several }).hosts.values()]).toEqual(['ticos', 'uqudo', 'uqudo'])
    expect(readConfig({ MIEN_DIALECTS: 'ticos, uqudo' }).dialects).toEqual(['ticos', 'uqudo'])
    expect(readConfig({ MIEN_DIALECTS: 'none' }).dialects).toEqual([])
    const off = expect.objectContaining({ code: 'CONFIG_INVALID', details: { variables: ['MIEN_HOSTS'] } })
    expect(() => readConfig({ ...hosts, MIEN_DIALECTS: 'none' })).toThrow(off)
  })
})

it('[MS1] [MS8] [MS11] [MS12] one server alone has the defaults, and a standby stands beside a database', () => {
  expect(readConfig({})).toMatchObject({
    databaseConnections: 10,
    databaseReplicaUrl: null,
    maxReplicaLagMs: 10_000,
    maxRequests: 500,
    maxLoopDelayMs: 1000,
    shutdownDelayMs: 0,
  })
  const [DATABASE_URL, DATABASE_REPLICA_URL] = ['postgres://a.example/mien', 'postgres://b.example/mien']
  expect(readConfig({ DATABASE_URL, DATABASE_REPLICA_URL }).databaseReplicaUrl).toBe(DATABASE_REPLICA_URL)
  expect(() => readConfig({ DATABASE_REPLICA_URL })).toThrow('Not valid: DATABASE_REPLICA_URL, DATABASE_URL')
  for (const [name, value] of [
    ['DATABASE_URL', 'postgres://a.example,b.example/mien'],
    ['DATABASE_URL', 'postgres://a.example%2Cb.example/mien'],
    ['DATABASE_URL', 'postgres://a.example:5432,b.example:5432/mien'],
    ['DATABASE_REPLICA_URL', 'postgres://a.example,b.example/mien'],
    ['MIEN_DATABASE_CONNECTIONS', '0'],
    ['MIEN_MAX_REQUESTS', 'many'],
    ['MIEN_MAX_LOOP_DELAY_MS', '-1'],
    ['MIEN_SHUTDOWN_DELAY_MS', '1.5'],
    ['MIEN_REPLICA_MAX_LAG_MS', '99'],
  ] as const) {
    expect(() => readConfig({ [name]: value })).toThrow(`Not valid: ${name}`)
  }
})
