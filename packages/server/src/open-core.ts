import { accessSync, constants, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { MienError } from '@mien/shared/errors'
import { findPack, type ModelManifest } from '@mien/shared/vision/manifest'
import type { Config } from './config.ts'
import { openCountryResolver } from './country-resolver.ts'
import { createExactSearch } from './db/exact-search.ts'
import type { Executor } from './db/executor.ts'
import { openPgliteFolder, type PgliteDatabase } from './db/pglite.ts'
import { openPostgres } from './db/postgres.ts'
import { argon2Hasher } from './domain/argon2-hasher.ts'
import { noteErasures, pauseJournal } from './domain/erasure-journal.ts'
import type { TemplateModel } from './domain/model.ts'
import type { Clock, Database } from './domain/ports.ts'
import { noteKnownErasures, type Reapplied, reapplyErasures } from './domain/reapply-erasures.ts'
import { createServices, type Services } from './domain/services.ts'
import { createSigner } from './domain/signer.ts'
import { randomToken } from './domain/tokens.ts'
import type { Vault } from './domain/vault.ts'
import { createDispatcher, type Dispatcher } from './domain/webhook-dispatcher.ts'
import { type CreateLimiter, memoryLimiters } from './http/rate-limit.ts'
import { sharedLimiters } from './http/rate-limit-shared.ts'
import { openMasterKey } from './master-key.ts'
import { defaultManifestPath, defaultWeightsDirectory, loadManifest } from './models/load-manifest.ts'
import { loadPopulation, populationPath } from './models/population-file.ts'
import { addGauges } from './observe/gauges.ts'
import type { Metrics } from './observe/metrics.ts'
import { observeAnalyser } from './observe/observe-analyser.ts'
import { observeDatabase } from './observe/observe-database.ts'
import { observeLimiters } from './observe/observe-limiters.ts'
import { observeSender } from './observe/observe-sender.ts'
import { observeServices } from './observe/observe-services.ts'
import { unwatched } from './observe/unwatched.ts'
import { readOrCreateSecret, readSecretFile } from './secret-files.ts'
import { createErasureFile, erasureFile } from './transfer/erasure-file.ts'
import type { RawDatabase } from './transfer/raw-database.ts'
import { createRawPglite } from './transfer/raw-pglite.ts'
import { createLazyVisionPool, type LazyVisionPool } from './vision/lazy-vision-pool.ts'
import { createVettedSender } from './webhooks/vetted-sender.ts'

/** What is told of, and stops nothing. */
export interface CoreTrouble {
  /** As in `PgliteFolderOptions`. */
  readonly onLeftFiles?: (error: unknown) => void
  /** A gallery could not be loaded into memory: it is searched in the database, and loading it is tried again. */
  readonly onLoadFailed?: (error: unknown) => void
  /** As in `PostgresOptions`. */
  readonly onMigrationWait?: (pauseMs: number) => void
}

/** Everything that works on the data folder, before anyone can send a request. */
export interface Core {
  readonly services: Services
  readonly database: Database
  /** Past the stores, where it is the embedded one. */
  readonly embedded: RawDatabase | null
  /** Who had come back with a database of an earlier day. */
  readonly reapplied: Reapplied
  readonly vault: Vault
  readonly clock: Clock
  readonly manifest: ModelManifest
  readonly model: TemplateModel
  /** Starts with the first picture; whoever serves requests closes it. */
  readonly pictureAnalyser: LazyVisionPool
  readonly adminToken: string
  /** Sends nothing before it is started. */
  readonly dispatcher: Dispatcher
  readonly createLimiter: CreateLimiter
}

const systemClock: Clock = { now: () => new Date() }

/**
 * Opens keys, database and services; makes what is missing on first use.
 *
 * @param metrics what is counted; nothing without them
 * @throws MienError DATABASE_LOCKED, DATABASE_UNAVAILABLE, CONFIG_INVALID, MODEL_MANIFEST_INVALID, MODEL_PACK_UNKNOWN
 */
export async function openCore(config: Config, trouble: CoreTrouble = {}, metrics?: Metrics): Promise<Core> {
  const watcher = metrics ?? unwatched
  const clock = systemClock
  const manifest = await loadManifest()
  const model = await templateModel(manifest, config.modelPack)
  const { dataDir, databaseUrl, sealedMemoryBytes, indexMemoryBytes } = config
  makeFolder(dataDir)
  const { vault, holder } = openMasterKey(config)
  const createSearch =
    indexMemoryBytes === 0
      ? undefined
      : (db: Executor) => createExactSearch(db, { maxBytes: indexMemoryBytes, onFailure: trouble.onLoadFailed })
  const common = { vault, sealedMemoryBytes, createSearch, onSearch: watcher.searched }
  const opened = await (databaseUrl === null
    ? openPgliteFolder(dataDir, { ...common, onLeftFiles: trouble.onLeftFiles })
    : openPostgres(databaseUrl, {
        ...common,
        pool: { connections: config.databaseConnections },
        replica: replicaOf(config),
        onMigrationWait: trouble.onMigrationWait,
      }))
  // Whoever is erased again when it is opened stands in it.
  const journal = pauseJournal(createErasureFile(erasureFile(dataDir)))
  const database = noteErasures(observeDatabase(opened, watcher), journal, clock.now)
  const embedded = isEmbedded(opened) ? createRawPglite(opened.client, async () => {}) : null
  try {
    const signer = await createSigner({ database, vault, clock })
    const issuer = issuerOf(config)
    const ownOrigins = [
      ...(config.publicUrl === null ? [] : [new URL(config.publicUrl).origin]),
      ...dialectOrigins(config),
    ]
    const vetted = createVettedSender({ allowedOrigins: config.webhookAllow, ownOrigins })
    const sender = observeSender(vetted, { attempted: watcher.attemptedWebhook, passTraces: config.tracesToWebhooks })
    const dispatcher = createDispatcher({ database, clock, vault, sender, random: Math.random })
    database.onChange((kind) => {
      if (kind === 'deliveries') dispatcher.wake()
    })
    const countryResolver = openCountryResolver(config.countryDatabase)
    const pool = createLazyVisionPool({
      manifestPath: defaultManifestPath,
      pack: config.modelPack,
      weightsDirectory: defaultWeightsDirectory,
    })
    const pictureAnalyser = observeAnalyser(pool, watcher)
    const created = createServices({
      database,
      vault,
      masterKey: holder,
      signer,
      hasher: argon2Hasher,
      clock,
      model,
      analyser: pictureAnalyser,
      countryResolver,
      issuer,
      webhookSender: sender,
      wakeDispatcher: dispatcher.wake,
    })
    const services = observeServices(created)
    // Before anybody is served: a database that was set back to an earlier day knows people who were erased since.
    const reapplied = await reapplyErasures({ database, ...created }, journal.read())
    journal.goOn()
    await noteKnownErasures(database, journal)
    const adminToken = config.adminToken ?? readOrCreateSecret(adminTokenFile(dataDir), randomToken)
    // The embedded database belongs to this process, so nobody else counts.
    const digestKey = vault.derive('rate-windows')
    const limiters =
      databaseUrl === null ? memoryLimiters : sharedLimiters({ windows: database.stores.rateWindows, digestKey })
    const createLimiter = observeLimiters(limiters, watcher.refusedByLimit)
    if (metrics !== undefined) addGauges(metrics, database)
    return {
      services,
      database,
      embedded,
      reapplied,
      vault,
      clock,
      manifest,
      model,
      pictureAnalyser,
      adminToken,
      dispatcher,
      createLimiter,
    }
  } catch (error) {
    await database.close()
    throw error
  }
}

const isEmbedded = (database: Database): database is PgliteDatabase => 'client' in database

const replicaOf = ({ databaseReplicaUrl: url, databaseConnections: connections, maxReplicaLagMs: maxLagMs }: Config) =>
  url === null ? undefined : { url, connections, maxLagMs }

/** @throws MienError CONFIG_INVALID, naming the folder and what the system said */
function makeFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const message = `The data folder ${dataDir} cannot be used (${code}). Set MIEN_DATA_DIR to a folder that this user may write to.`
    throw new MienError('CONFIG_INVALID', { message, cause })
  }
}

const dialectOrigins = ({ hosts }: Config): string[] => [...hosts.keys()].map((host) => `https://${host}`)

/** `iss` of assertions. */
export const issuerOf = ({ publicUrl }: Config): string => publicUrl ?? 'mien'

const adminTokenFile = (dataDir: string): string => join(dataDir, 'admin-token')

/** The token that an existing installation has, or null. */
export const findAdminToken = ({ adminToken, dataDir }: Config): string | null =>
  adminToken ?? readSecretFile(adminTokenFile(dataDir))

/** What templates of a pack are, and how they are judged. @throws MienError MODEL_PACK_UNKNOWN */
export async function templateModel(manifest: ModelManifest, packName: string): Promise<TemplateModel> {
  const { embedder, pad } = findPack(manifest, packName)
  const { plausibility: rule } = embedder.calibration
  const loaded =
    rule === null ? null : { rule, population: await loadPopulation(populationPath(rule.population), embedder) }
  return {
    pack: packName,
    modelId: embedder.id,
    dimension: embedder.dimension,
    points: embedder.calibration.points,
    morphRule: embedder.calibration.morph,
    plausibility: loaded,
    padThreshold: pad.threshold,
  }
}
