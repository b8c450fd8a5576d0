import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { packFiles } from '@mien/shared/vision/manifest'
import type { Hono } from 'hono'
import type { BaseLogger } from 'pino'
import { createApp } from './app.ts'
import { addressFile, type ServerAddress } from './cli/connect.ts'
import { type Closing, closeInTurn } from './close-in-turn.ts'
import type { Config } from './config.ts'
import { openDemo } from './demo/open-demo.ts'
import { sha256 } from './domain/tokens.ts'
import { admitRequests } from './http/admit-requests.ts'
import { type FailureLog, logFailure } from './http/log-failure.ts'
import { bind, createNodeServer, drain } from './http/node-server.ts'
import { watchLoop } from './http/watch-loop.ts'
import { createWebAssets } from './http/web-assets.ts'
import { createMailer } from './mail/smtp-mailer.ts'
import { runModelsCommand } from './models/run-models-command.ts'
import { logRequest, type RequestLog } from './observe/log-request.ts'
import { type Observation, startObserving } from './observe/start-observing.ts'
import { type Core, issuerOf, openCore } from './open-core.ts'
import { runEvery } from './run-every.ts'
import { readTlsIdentity, type TlsIdentity } from './tls-identity.ts'
import { openTransfers } from './transfer/open-transfers.ts'

/** What the server says while it runs; a pino logger has it. */
export type Log = FailureLog & RequestLog & Pick<BaseLogger, 'warn'>

export interface RunningServer {
  readonly url: string
  /** Where metrics are, without their path; null: nowhere. */
  readonly metricsUrl: string | null
  /**
   * Reads certificate and key again, for the connections to come; without TLS nothing.
   *
   * @throws MienError CONFIG_INVALID; those that it has stay
   */
  renewCertificate(): void
  /**
   * Says that it is not ready, goes on for `shutdownDelayMs`, takes no new requests then, lets the running ones finish, closes the database.
   * What fails on the way is logged, and stops nothing.
   *
   * @throws MienError INTERNAL at the end, when anything failed
   */
  close(): Promise<void>
}

/** The same folder from `src` and from `dist`. */
const webRoot = fileURLToPath(new URL('../../client/dist/web', import.meta.url))

/** Often, because a photograph that a session was opened with is promised to go with it. */
const sweepEveryMs = 60_000

/** What was done is in the audit log's chain within so long. */
const sealEveryMs = 10_000

/** People whose time is over go within so long. */
const retentionEveryMs = 600_000

/** Longest wait for requests that are being answered when the server is told to stop. */
const drainMs = 25_000

/**
 * Opens everything and listens. What was opened is closed again when a later step fails.
 *
 * @throws MienError those of openCore and ensureModels, CONFIG_INVALID (the port is taken or not allowed)
 */
export async function startServer(config: Config, log: Log): Promise<RunningServer> {
  const identity = config.tls === null ? null : readTlsIdentity(config.tls)
  const observation = await startObserving(config, (reason) => log.warn({ reason }, 'traces'))
  try {
    return await open(config, identity, observation, log)
  } catch (error) {
    await observation.close().catch((err) => log.error({ err }, 'traces and metrics did not close'))
    throw error
  }
}

async function open(
  config: Config,
  identity: TlsIdentity | null,
  observation: Observation,
  log: Log,
): Promise<RunningServer> {
  const onLoadFailed = (err: unknown) => log.warn({ err }, 'a gallery was not loaded into memory')
  const onLeftFiles = (err: unknown) => log.warn({ err }, 'files of a killed server were not removed')
  const onMigrationWait = (pauseMs: number) => log.warn({ pauseMs }, 'the schema waits: its tables are in use')
  const core = await openCore(config, { onLeftFiles, onLoadFailed, onMigrationWait }, observation.metrics)
  try {
    return await listen(config, core, identity, observation, log)
  } catch (error) {
    await core.database.close().catch((err) => log.error({ err }, 'the database did not close'))
    throw error
  }
}

type App = ReturnType<typeof createApp>

/** A port that is ours. */
interface Bound {
  readonly server: ReturnType<typeof createNodeServer>
  readonly url: string
  answerWith(app: App): void
  /** What was opened so far, in the order of its closing. */
  readonly opened: Closing[]
}

async function listen(
  config: Config,
  core: Core,
  identity: TlsIdentity | null,
  observation: Observation,
  log: Log,
): Promise<RunningServer> {
  const webAssets = await openWebAssets(config, core)
  let app: App | undefined
  const server = createNodeServer((request, env) => app?.fetch(request, env) ?? starting(), identity)
  const url = await bind(server, config.host, config.port)
  const opened: Closing[] = [['requests', () => drain(server, drainMs)]]
  const answerWith = (made: App) => {
    app = made
  }
  try {
    return await serve(config, core, { server, url, answerWith, opened }, webAssets, identity, observation, log)
  } catch (error) {
    await closeInTurn(opened, closingFailed(log)).catch(() => {})
    throw error
  }
}

const closingFailed = (log: Log) => (err: unknown, name: string) => log.error({ err }, `${name} did not close`)

async function serve(
  config: Config,
  core: Core,
  { server, url, answerWith, opened }: Bound,
  webAssets: Hono,
  identity: TlsIdentity | null,
  { metrics, metricsUrl, close: endObservation }: Observation,
  log: Log,
): Promise<RunningServer> {
  let isAccepting = true
  const { services, database, clock } = core
  const origins = [url, url.replace('//127.0.0.1', '//localhost')]
  const demo = config.demo
    ? {
        createDemo: await openDemo({
          services,
          vault: core.vault,
          dataDir: config.dataDir,
          issuer: issuerOf(config),
          origins,
        }),
      }
    : {}
  const [tellFailure, tellRequest] = [logFailure(log), logRequest(log)]
  const loop = watchLoop()
  opened.push(['the watch over the event loop', () => loop.stop()])
  opened.push(['the vision threads', () => core.pictureAnalyser.close()])
  const app = createApp({
    services,
    database,
    clock,
    adminTokenDigest: sha256(core.adminToken),
    publicUrl: config.publicUrl,
    ownUrl: (config.publicUrl ?? url).replace(/\/+$/, ''),
    mailer: createMailer(config.smtp),
    proxyTrust: { hops: config.trustedProxies, countryHeader: config.countryHeader },
    pageSessionsPerMinute: config.pageSessionsPerMinute,
    dialects: config.dialects,
    hosts: config.hosts,
    apiCallsPerMinute: config.apiCallsPerMinute,
    createLimiter: core.createLimiter,
    onFailure: (failure) => {
      tellFailure(failure)
      metrics?.failed(failure.error.code)
    },
    onRequest: (facts) => {
      tellRequest(facts)
      metrics?.requested(facts)
    },
    isAccepting: () => isAccepting,
    admit: admitRequests({
      maxRequests: config.maxRequests,
      maxLoopDelayMs: config.maxLoopDelayMs,
      loopDelayMs: loop.delayMs,
    }),
    webAssets,
    ...demo,
  })
  answerWith(app)
  const sweeping = runEvery(sweepEveryMs, async () => {
    // Before the sessions go that tell of them.
    await services.missedReveals.record().catch((err) => log.warn({ err }, 'missed spot checks were not written down'))
    await database.sweep(clock.now()).catch((err) => log.warn({ err }, 'sweep failed'))
  })
  const renewing = runEvery(sweepEveryMs, () =>
    services.keyRenewal.resume().catch((err) => log.warn({ err }, 'keys are not replaced yet')),
  )
  const seal = () => services.auditLog.seal().catch((err) => log.warn({ err }, 'the audit log was not sealed'))
  const sealing = runEvery(sealEveryMs, seal)
  const retention = runEvery(retentionEveryMs, () =>
    services.retention.sweep().catch((err) => log.warn({ err }, 'retention failed')),
  )
  opened.push(['webhooks', () => core.dispatcher.stop()])
  opened.push(['key renewal', () => services.keyRenewal.stop()], ['retention', () => services.retention.stop()])
  for (const each of [renewing, sweeping, retention, sealing]) opened.push(['repeated work', () => each.stop()])
  core.dispatcher.start({
    onTrouble: (trouble) => log.warn(trouble, trouble.isDisabled ? 'webhook switched off' : 'webhook fails'),
    onFailure: (err) => log.warn({ err }, 'webhooks could not be sent'),
  })
  const announce = (certificate: string | null) => {
    const address: ServerAddress = { url, pid: process.pid, certificate }
    writeFileSync(addressFile(config.dataDir), JSON.stringify(address), { mode: 0o600 })
  }
  opened.unshift(['the address file', () => forgetAddress(config.dataDir)])
  announce(identity?.cert ?? null)
  const transfers = await openTransfers(config, core).catch((err) => {
    log.warn(
      { err },
      'the data folder takes no socket: mien backup, export and import work while the server is stopped',
    )
    return null
  })
  opened.push(['moving in and out', async () => transfers?.close()])
  if (reappliedAny(core)) log.warn({ ...core.reapplied }, 'erased again: the database was set back to an earlier day')
  return {
    url,
    metricsUrl,
    renewCertificate() {
      if (config.tls === null || !('setSecureContext' in server)) return
      const renewed = readTlsIdentity(config.tls)
      server.setSecureContext(renewed)
      announce(renewed.cert)
    },
    async close() {
      isAccepting = false
      // Who stands in front goes on sending until it has asked whether we are ready.
      await sleep(config.shutdownDelayMs)
      const closings: readonly Closing[] = [
        ...opened,
        ['the audit log', seal],
        ['the database', () => database.close()],
        ['traces and metrics', endObservation],
      ]
      await closeInTurn(closings, closingFailed(log))
    },
  }
}

/** Where another server says by now where it is, that stays. */
function forgetAddress(dataDir: string): void {
  const file = addressFile(dataDir)
  if (!existsSync(file)) return
  const { pid } = JSON.parse(readFileSync(file, 'utf8')) as ServerAddress
  if (pid === process.pid) rmSync(file)
}

/** Its port is bound, so that its address is known, and nothing is open behind it yet. */
const starting = (): Response => new Response(null, { status: 503, headers: { 'Retry-After': '1' } })

const reappliedAny = ({ reapplied }: Core): boolean => reapplied.people + reapplied.applications > 0

async function openWebAssets({ modelPack, modelsDir }: Config, { manifest, services }: Core): Promise<Hono> {
  const models = await runModelsCommand({ pack: modelPack, localDirectory: modelsDir ?? undefined })
  const modelFiles = new Map(
    packFiles(models.pack).map(({ sha256: hash, file }) => [hash, join(models.directory, file)]),
  )
  const framersOf = async (publicId: string) =>
    (await services.applications.findByPublicId(publicId))?.settings.origins ?? []
  return createWebAssets({ webRoot: existsSync(webRoot) ? webRoot : null, manifest, modelFiles, framersOf })
}
