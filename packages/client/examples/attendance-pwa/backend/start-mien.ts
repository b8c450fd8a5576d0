import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface MienProcess {
  readonly url: string
  readonly adminToken: string
  /** @param signal SIGKILL: nothing is flushed, closed or removed. Default: SIGTERM */
  stop(signal?: NodeJS.Signals): Promise<void>
}

export interface StartMienOptions {
  /** Keys and the embedded database. */
  readonly dataDir: string
  /** 0: a free one. */
  readonly port: number
}

const program = join(import.meta.dirname, '../../../../server/dist/main.js')
const startTimeoutMs = 180_000

/** The Mien server as a process of its own. */
export async function startMien({ dataDir, port }: StartMienOptions): Promise<MienProcess> {
  await mkdir(dataDir, { recursive: true })
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, PORT: String(port), MIEN_DATA_DIR: dataDir, MIEN_DEMO: 'off', MIEN_LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const endWithParent = () => child.kill('SIGKILL')
  process.once('exit', endWithParent)
  child.once('exit', () => process.off('exit', endWithParent))
  const url = await untilReady(child, dataDir)
  return {
    url,
    adminToken: (await readFile(join(dataDir, 'admin-token'), 'utf8')).trim(),
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill(signal)
      await ended
    },
  }
}

/** The server writes down where it listens once it does. A killed one leaves its file behind. */
async function untilReady(child: ChildProcess, dataDir: string): Promise<string> {
  const deadline = Date.now() + startTimeoutMs
  while (child.exitCode === null && child.signalCode === null && Date.now() < deadline) {
    const text = await readFile(join(dataDir, 'server.json'), 'utf8').catch(() => '{}')
    const { url, pid } = parse(text)
    if (url !== undefined && pid === child.pid) return url
    await sleep(100)
  }
  child.kill('SIGKILL')
  throw new Error('The Mien server did not start')
}

function parse(text: string): { readonly url?: string; readonly pid?: number } {
  try {
    return JSON.parse(text)
  } catch {
    // It is being written.
    return {}
  }
}
