import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createMienServerClient, type MienServerClient } from '@mien/server/client'
import { ensureApplication } from './application.ts'
import { buildPage, siteFolder, widgetFolder } from './build-page.ts'
import { createSite } from './serve-site.ts'
import { type MienProcess, startMien } from './start-mien.ts'

export interface AttendanceOptions {
  /** Of the Mien server; the site keeps its credentials there too. */
  readonly dataDir: string
  /** 0: a free one. */
  readonly sitePort: number
  /** 0: a free one. */
  readonly mienPort: number
}

export interface Attendance {
  /** Address of the page. */
  readonly origin: string
  readonly mienUrl: string
  /** The Mien server as this site's backend sees it. */
  readonly mien: MienServerClient
  /** A registration code for one more kiosk, good for an hour: whoever redeems it is handed everybody's templates. */
  invite(): Promise<string>
  /** @param signal SIGKILL: the Mien server dies as in a power cut */
  stopMien(signal?: NodeJS.Signals): Promise<void>
  /** On the same data and port as before. */
  restartMien(): Promise<void>
  stopSite(): Promise<void>
  restartSite(): Promise<void>
  close(): Promise<void>
}

/** The whole example: a Mien server with an embedded database, an application on it, and the site with its page. */
export async function startAttendance({ dataDir, sitePort, mienPort }: AttendanceOptions): Promise<Attendance> {
  let running: MienProcess = await startMien({ dataDir, port: mienPort })
  const { url: mienUrl, adminToken } = running
  let redeem = async (_resultCode: string): Promise<string> => Promise.reject(new Error('Not started yet'))
  const site = createSite({
    folder: siteFolder,
    widgetFolder,
    endpoint: mienUrl,
    redeem: (resultCode) => redeem(resultCode),
  })
  const port = await listen(site, sitePort)
  const origin = `http://localhost:${port}`
  const application = await ensureApplication({ mienUrl, adminToken, dataDir, siteOrigin: origin })
  const mien = createMienServerClient({ baseUrl: mienUrl, secretKey: application.secret_key })
  redeem = async (resultCode) => {
    const { facial_id } = await mien.results.redeem({ result_code: resultCode })
    if (facial_id === null) throw new Error('The result names nobody')
    return facial_id
  }
  await buildPage({ publicId: application.public_id, endpoint: mienUrl })
  const stopSite = () => close(site)
  return {
    origin,
    mienUrl,
    mien,
    invite: async () => (await mien.offline.invite({ label: 'Front desk' })).registration_code,
    stopMien: (signal) => running.stop(signal),
    async restartMien() {
      await running.stop()
      running = await startMien({ dataDir, port: Number(new URL(mienUrl).port) })
    },
    stopSite,
    restartSite: async () => void (await listen(site, port)),
    async close() {
      await stopSite()
      await running.stop()
    },
  }
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
