import { type MienError, toMienError } from '@mien/shared/errors'
import pino, { type Logger } from 'pino'
import { type Config, readConfig } from './config.ts'
import { adviseOnModels } from './models/run-models-command.ts'
import { withSecretFiles } from './secret-variables.ts'
import { type RunningServer, startServer } from './start-server.ts'

/** The server as a process: reads the environment, starts, prints its address, and stops on SIGTERM or Ctrl-C. */
async function main(): Promise<void> {
  const config = readConfig(withSecretFiles(process.env))
  const log = pino({ name: 'mien', level: config.logLevel })
  const server = await startServer(config, log)
  // Before it says so: whoever reads it may tell it to stop at once.
  stopOnSignal(server, log)
  if (config.tls !== null) renewOnSignal(server, log)
  console.log(`Mien is ready: ${server.url}`)
  if (server.metricsUrl !== null) log.info(`Metrics: ${server.metricsUrl}/metrics`)
}

/** A certificate lasts weeks, a server longer. */
function renewOnSignal(server: RunningServer, log: Logger): void {
  process.on('SIGHUP', () => {
    try {
      server.renewCertificate()
      log.info('certificate renewed')
    } catch (thrown) {
      log.error({ reason: toMienError(thrown).message }, 'the certificate was not renewed')
    }
  })
}

function stopOnSignal(server: RunningServer, log: Logger): void {
  let isStopping = false
  const stop = async () => {
    // Whoever asks twice does not want to wait.
    if (isStopping) process.exit(1)
    isStopping = true
    try {
      await server.close()
      process.exit(0)
    } catch (err) {
      log.error({ err }, 'the server did not stop cleanly')
      process.exit(1)
    }
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

/** What went wrong, in a sentence that a person at a terminal can act on. */
function explain(error: MienError): string {
  const advice: Partial<Record<MienError['code'], (dataDir: Config['dataDir']) => string>> = {
    DATABASE_LOCKED: (dataDir) =>
      `Another Mien server uses ${dataDir}. Stop it, or set MIEN_DATA_DIR to another folder.`,
    DATABASE_UNAVAILABLE: () => 'PostgreSQL does not answer at DATABASE_URL, or lacks the extension pgvector.',
  }
  const more = advice[error.code]?.(process.env.MIEN_DATA_DIR ?? './data') ?? adviseOnModels(error) ?? ''
  return `Mien could not start: ${error.message}\n${more}`.trim()
}

main().catch((thrown) => {
  const error = toMienError(thrown)
  console.error(explain(error))
  if (error.code === 'INTERNAL') console.error(error.cause)
  process.exit(1)
})
