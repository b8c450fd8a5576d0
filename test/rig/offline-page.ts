import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ApplicationCredentials, ApplicationSettingsPatch } from '@mien/shared/api/applications'
import type { BrowserContext, Page } from 'playwright-core'
import type { OfflineStatus } from '../../packages/client/src/offline/offline-device.ts'
import type { OfflineMode } from '../../packages/client/src/offline/open-offline.ts'
import { createMienServerClient, type MienServerClient } from '../../packages/server/src/client/mien-server-client.ts'
import { openProfile } from './chromium.ts'
import { type ClipName, clipFile } from './clips.ts'
import { startServer, type TestServer } from './server.ts'
import { type Site, startFolderSite } from './site.ts'

/** Without the server a device's page comes from its own site, with the widget's files. */
const builtClient = new URL('../../packages/client/dist/web', import.meta.url).pathname

/** A server that will be killed, and a site whose pages go on without it. */
export interface OfflineShop {
  readonly server: TestServer
  readonly site: Site
  readonly credentials: ApplicationCredentials
  readonly backend: MienServerClient
  /** A folder for a browser's profile. */
  newProfile(): Promise<string>
  close(): Promise<void>
}

export async function openOfflineShop(settings: ApplicationSettingsPatch): Promise<OfflineShop> {
  const [server, site] = await Promise.all([startServer(), startFolderSite(builtClient)])
  const credentials = await server.admin.createApplication({ name: 'Door', origins: [site.origin] })
  await server.admin.changeSettings(credentials.application_id, settings)
  const profiles: string[] = []
  return {
    server,
    site,
    credentials,
    backend: createMienServerClient({ baseUrl: server.url, secretKey: credentials.secret_key }),
    async newProfile() {
      const folder = await mkdtemp(join(tmpdir(), 'mien-profile-'))
      profiles.push(folder)
      return folder
    },
    async close() {
      await Promise.all([site.close(), server.close()])
      await Promise.all(profiles.map((folder) => rm(folder, { recursive: true, force: true })))
    },
  }
}

/** With somebody in front of it, or nobody. */
export const openDevice = async (profile: string, who?: ClipName): Promise<BrowserContext> =>
  openProfile(profile, who === undefined ? {} : { camera: { clip: await clipFile(who) } })

/** Opens the device in a page that is there already, or was just loaded anew: `client`, `device` and `news` are the page's. */
export async function loadDevice(page: Page, { site, server, credentials }: OfflineShop, offline: OfflineMode) {
  await page.goto(`${site.origin}/blank`)
  await page.evaluate(`(async () => {
    const { MienClient } = await import('/widget.js')
    const client = new MienClient(${JSON.stringify(credentials.public_id)}, {
      endpoint: ${JSON.stringify(server.url)}, offline: ${JSON.stringify(offline)}
    })
    const device = await client.openOffline()
    const news = []
    device.subscribe(({ name }) => news.push(name))
    Object.assign(window, { client, device, news })
  })()`)
}

/** What came of a call, as plain data. */
export interface DeviceCall {
  /** Null where it failed. What an offline result holds is compared whole. */
  readonly result: { readonly disclosed?: { readonly facialId: string } } | null
  /** A refusal's reason, or a code and why the device was no help. */
  readonly failure: string | null
}

/** A ceremony in which the person agrees, adds a passkey where one is offered, and tries again. */
export const callDevice = (page: Page, method: 'enroll' | 'authenticate'): Promise<DeviceCall> =>
  page.evaluate(`(async () => {
    const ceremony = client.${method}()
    ceremony.subscribe((state) => {
      if (state.name === 'consent') state.accept({ text: 'I agree', locale: 'en' })
      if (state.name === 'new-passkey') state.add()
      if (state.name === 'retry') state.again()
    })
    return ceremony.result.then((result) => ({ result, failure: null }), (error) => ({ result: null, failure: failureOf(error) }))
    ${failureOf}
  })()`)

/** What a call of the device's ends with: null, or a failure as in `DeviceCall`. */
export const askDevice = (page: Page, call: string): Promise<string | null> =>
  page.evaluate(`(async () => {
    return device.${call}.then(() => null, failureOf)
    ${failureOf}
  })()`)

const failureOf = `function failureOf({ reason, code, details }) {
  return reason ?? [code, details?.offline ?? details?.passkey ?? ''].join(' ').trim()
}`

export const statusOf = (page: Page): Promise<OfflineStatus> => page.evaluate('device.status()')
