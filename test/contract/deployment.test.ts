import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { type Config, readConfig } from '../../packages/server/src/config.ts'
import { secretVariables } from '../../packages/server/src/secret-variables.ts'
import { localTlsIdentity } from '../fixtures/tls-identity.ts'

/** What is written for machines that have Docker, held to what the server reads: it is not started here. */

const root = join(import.meta.dirname, '..', '..')
const text = (name: string) => readFileSync(join(root, name), 'utf8')

interface Service {
  readonly image: string
  readonly environment: Readonly<Record<string, string>>
  readonly secrets?: readonly string[]
  readonly configs?: readonly { readonly source: string; readonly target: string }[]
  readonly volumes: readonly string[]
  readonly networks: readonly string[]
  readonly ports?: readonly string[]
  readonly expose?: readonly string[]
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly command?: readonly string[]
  readonly deploy: { readonly resources: { readonly limits: { readonly memory: string; readonly cpus: string } } }
}
interface Compose {
  readonly services: Readonly<Record<'server' | 'database' | 'replica', Service>>
  readonly volumes: Readonly<Record<string, unknown>>
  readonly networks: Readonly<Record<string, unknown>>
  readonly secrets: Readonly<Record<string, { readonly file: string }>>
  readonly configs: Readonly<Record<string, { readonly content: string }>>
}

const compose = parse(text('compose.yaml'), { merge: true }) as Compose
const services = Object.entries(compose.services)
const dockerfile = text('Dockerfile')
const imageVariables = Object.fromEntries(
  [...dockerfile.matchAll(/^ENV (.*)$/gm)].flatMap(([, pairs]) => pairs!.split(' ').map((pair) => pair.split('='))),
) as Record<string, string>

/** Every variable that the server asks its environment for, whatever it says. */
function variablesRead(): ReadonlySet<string> {
  const asked = new Set<string>()
  const remember = (name: string | symbol) => void (typeof name === 'string' && asked.add(name))
  readConfig(
    new Proxy<Record<string, string>>(
      {},
      {
        get: (_, name) => remember(name),
        has: (_, name) => {
          remember(name)
          return false
        },
      },
    ),
  )
  return asked
}

/** As Compose puts them in where nothing is set: `${NAME:-otherwise}`, and `${NAME:+then}`. */
const withDefaults = (value: string): string =>
  value.replaceAll(/\$\{[A-Z_]+:-([^}]*)\}/g, '$1').replaceAll(/\$\{[A-Z_]+:\+[^}]*\}/g, '')

test('[OB10] each variable that is set is one that something reads', () => {
  const known = variablesRead()
  expect([...known]).toEqual(expect.arrayContaining(['PORT', 'DATABASE_URL', 'MIEN_MASTER_KEY']))
  const files = secretVariables.map((name) => `${name}_FILE`)
  for (const name of secretVariables) expect(known).toContain(name)
  for (const name of Object.keys(compose.services.server.environment)) {
    expect([...known, ...files], name).toContain(name)
  }
  // NODE_ENV is Node's packages' own.
  for (const name of Object.keys(imageVariables)) expect([...known, 'NODE_ENV'], name).toContain(name)
})

const secretValues = {
  DATABASE_URL: 'postgres://mien:secret@database:5432/mien',
  MIEN_MASTER_KEY: 'ab'.repeat(32),
  MIEN_ADMIN_TOKEN: 'a'.repeat(43),
}

/** What the image's health check runs. */
const healthCheck = JSON.parse(dockerfile.match(/^HEALTHCHECK .*\\\n {2}CMD (\[.*\])$/m)![1]!) as [string, ...string[]]

const isHealthy = (environment: Readonly<Record<string, string>>): Promise<boolean> =>
  new Promise((resolve) => {
    const [, ...parts] = healthCheck
    execFile(process.execPath, parts, { env: environment }, (error) => resolve(error === null))
  })

async function withAnswering(server: Server, work: (port: string) => Promise<void>): Promise<void> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    await work(String((server.address() as AddressInfo).port))
  } finally {
    server.close()
  }
}

/** Alive, and without its database: not ready. */
const answerAlive: RequestListener = ({ url }, response) => response.writeHead(url === '/healthz' ? 200 : 503).end()

test('[OB10] a container is healthy while its server answers, with TLS or without, also when its database is away', async () => {
  await withAnswering(createServer(answerAlive), async (PORT) => {
    expect(await isHealthy({ PORT })).toBe(true)
    expect(await isHealthy({ PORT, TLS_CERT: '/cert.pem' })).toBe(false)
  })
  await withAnswering(createTlsServer(localTlsIdentity, answerAlive), async (PORT) => {
    expect(await isHealthy({ PORT, TLS_CERT: '/cert.pem' })).toBe(true)
    expect(await isHealthy({ PORT })).toBe(false)
  })
  expect(await isHealthy({ PORT: '1' })).toBe(false)
})

/** What the server in the container reads where its operator sets nothing. */
function containedConfig(): Config {
  const { environment } = compose.services.server
  const set = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, withDefaults(value)]))
  return readConfig({ ...imageVariables, ...set, ...secretValues })
}

test('[OB10] as it stands it is accepted, and ports, folders and networks are the same on both sides', () => {
  const config = containedConfig()
  const { server, database, replica } = compose.services
  expect(server.ports).toEqual([`127.0.0.1:\${MIEN_PORT:-8080}:${config.port}`])
  expect(dockerfile).toContain(`EXPOSE ${config.port}\n`)
  expect(server.expose).toEqual([String(config.metricsPort)])
  expect([config.host, config.metricsHost]).toEqual(['0.0.0.0', '0.0.0.0'])
  expect(server.volumes).toEqual([`data:${config.dataDir}`])
  expect(dockerfile).toContain(`VOLUME ${config.dataDir}\n`)
  expect(config.demo).toBe(false)
  for (const { networks } of [database, replica]) expect(networks).toEqual(['back'])
  expect(compose.networks.back).toEqual({ internal: true })
  for (const { ports } of [database, replica]) expect(ports).toBeUndefined()
})

test('[OB10] every secret, file, volume and network that is used is declared, and each that is declared is used', () => {
  const used = {
    secrets: new Set<string>(),
    configs: new Set<string>(),
    volumes: new Set<string>(),
    networks: new Set<string>(),
  }
  for (const [, { secrets = [], configs = [], volumes, networks }] of services) {
    for (const name of secrets) used.secrets.add(name)
    for (const { source } of configs) used.configs.add(source)
    for (const volume of volumes) used.volumes.add(volume.split(':')[0]!)
    for (const name of networks) used.networks.add(name)
  }
  for (const kind of ['secrets', 'configs', 'volumes', 'networks'] as const) {
    expect([...used[kind]].sort(), kind).toEqual(Object.keys(compose[kind]).sort())
  }
  for (const [name, { secrets = [], environment, configs = [] }] of services) {
    const scripts = configs.map(({ source }) => compose.configs[source]!.content)
    const named = [...Object.values(environment), ...scripts].join('\n').matchAll(/\/run\/secrets\/([a-z_]+)/g)
    expect(new Set([...named].map(([, secret]) => secret)), name).toEqual(new Set(secrets))
  }
  for (const { file } of Object.values(compose.secrets)) expect(file).toMatch(/^\.\/secrets\//)
  expect(text('.gitignore').split('\n')).toContain('/secrets/')
  expect(text('.dockerignore').split('\n')).toContain('secrets')
})

test('[OB10] every image has its version, and every service a limit and a check of its health', () => {
  for (const [name, { image, deploy, healthcheck }] of services) {
    expect(image, name).toMatch(/:\d+\.\d+\.\d+/)
    expect(deploy.resources.limits, name).toEqual({ cpus: expect.any(String), memory: expect.stringMatching(/^\dg$/) })
    if (name !== 'server') expect(healthcheck?.test[1], name).toBe('pg_isready')
  }
  expect(compose.services.server.image).toBe(`mien:${JSON.parse(text('package.json')).version}`)
  const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base!)
  const stages = [...dockerfile.matchAll(/ AS (\S+)$/gm)].map(([, stage]) => stage!)
  for (const base of bases.filter((base) => !stages.includes(base)))
    expect(base).toMatch(/^node:20\.\d+\.\d+-bookworm-slim$/)
  expect(dockerfile).toMatch(/^USER node$/m)
})

test('[OB10] what the image takes from the repository is there', () => {
  const fromContext = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names]) => names!.split(' '))
  for (const name of fromContext) expect(existsSync(join(root, name)), name).toBe(true)
  const workspaces = (JSON.parse(text('package.json')) as { workspaces: string[] }).workspaces
  for (const folder of workspaces) expect(fromContext).toContain(`${folder}/package.json`)
  const published = (JSON.parse(text('packages/server/package.json')) as { files: string[] }).files
  for (const folder of published) expect(dockerfile).toContain(`packages/server/${folder} packages/server/${folder}\n`)
})
