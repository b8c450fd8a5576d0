import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What the system says of a server's process; Linux. */
export interface ServerProcessGauge {
  /** Resident memory of its own: pages of files come and go as the system likes. */
  megabytes(): Promise<number>
  /** Open files and sockets. */
  descriptors(): Promise<number>
  threads(): Promise<number>
}

/** @param dataDir of a server that runs */
export async function createServerProcessGauge(dataDir: string): Promise<ServerProcessGauge> {
  const { pid } = JSON.parse(await readFile(join(dataDir, 'server.json'), 'utf8')) as { pid: number }
  const read = async (name: string): Promise<number> => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8')
    return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1])
  }
  return {
    megabytes: async () => (await read('RssAnon')) / 1024,
    descriptors: async () => (await readdir(`/proc/${pid}/fd`)).length,
    threads: () => read('Threads'),
  }
}
