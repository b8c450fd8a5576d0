import { MienError, toMienError } from '@mien/shared/errors'
import { createApp } from '../app.ts'
import { readConfig } from '../config.ts'
import { openGraphBuilder } from '../db/hnsw-build.ts'
import { measureRecall } from '../db/hnsw-recall.ts'
import { sha256 } from '../domain/tokens.ts'
import { createMailer } from '../mail/smtp-mailer.ts'
import { adviseOnModels, runModelsCommand } from '../models/run-models-command.ts'
import { findAdminToken, openCore } from '../open-core.ts'
import { withSecretFiles } from '../secret-variables.ts'
import { createBackupTools } from '../transfer/backup-tools.ts'
import { moveDatabase } from '../transfer/move-database.ts'
import { createTransferTools } from '../transfer/transfer-tools.ts'
import { askPassphrase } from './ask-passphrase.ts'
import { addBackupCommands } from './backup-commands.ts'
import { type OpenedServer, withAdmin } from './connect.ts'
import { createCli } from './mien.ts'
import { addMoveCommand } from './move-commands.ts'
import { addTransferCommands } from './transfer-commands.ts'

/** The `mien` command as a process. */
const config = readConfig(withSecretFiles(process.env))

/** The whole server without a port, for the time of one command. */
async function openServer(): Promise<OpenedServer> {
  const { services, database, clock, adminToken, createLimiter } = await openCore(config)
  const app = createApp({
    services,
    database,
    clock,
    adminTokenDigest: sha256(adminToken),
    publicUrl: config.publicUrl,
    ownUrl: config.publicUrl ?? '',
    mailer: createMailer(config.smtp),
    proxyTrust: { hops: config.trustedProxies, countryHeader: config.countryHeader },
    pageSessionsPerMinute: config.pageSessionsPerMinute,
    dialects: [],
    hosts: new Map(),
    apiCallsPerMinute: config.apiCallsPerMinute,
    createLimiter,
    onFailure: ({ error }) => console.error(error.cause ?? error),
    isAccepting: () => true,
  })
  const close = async () => {
    await services.keyRenewal.stop()
    await database.close()
  }
  return { send: (path, init) => app.request(path, init), adminToken, close }
}

/** @throws MienError CONFIG_INVALID */
function postgresUrl(): string {
  if (config.databaseUrl !== null) return config.databaseUrl
  throw new MienError('CONFIG_INVALID', {
    message: 'The embedded database has no graphs: this needs PostgreSQL with pgvector (DATABASE_URL)',
  })
}

const cli = createCli({
  withAdmin: (work) =>
    withAdmin({ dataDir: config.dataDir, readAdminToken: async () => findAdminToken(config), openServer }, work),
  fetchModels: async (pack) => {
    await runModelsCommand({ pack: pack ?? config.modelPack, localDirectory: config.modelsDir ?? undefined })
  },
  openGraphs: () => openGraphBuilder(postgresUrl()),
  measureRecall: (options) => measureRecall(postgresUrl(), { ...options, memoryBytes: config.indexMemoryBytes }),
  write: (text) => process.stdout.write(text),
})

const write = (text: string) => process.stdout.write(text)
addMoveCommand(cli, { move: (to, onTable) => moveDatabase(config, to, onTable), write })
addTransferCommands(cli, { tools: createTransferTools({ config, openCore }), askPassphrase, write })
addBackupCommands(cli, { tools: createBackupTools({ config, openCore, now: () => new Date() }), write })

try {
  await cli.parseAsync()
} catch (thrown) {
  const error = toMienError(thrown)
  console.error(`mien: ${error.message}`)
  const advice = adviseOnModels(error)
  if (advice !== undefined) console.error(advice)
  process.exitCode = 1
}
