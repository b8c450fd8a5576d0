import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { createMienServerClient } from '../../packages/server/src/client/mien-server-client.ts'
import { buildClient } from '../rig/built-client.ts'
import { openProfile } from '../rig/chromium.ts'
import { clipFile } from '../rig/clips.ts'
import type { TestServer } from '../rig/server.ts'
import { startFolderSite } from '../rig/site.ts'

export interface StartFigures {
  readonly starts: number
  /** From the page's address to somebody who is recognised. */
  readonly medianMs: number
  readonly slowestMs: number
  /** Of that, until the networks are there and the camera shows somebody. */
  readonly medianReadyMs: number
  readonly megabytes: DiskUse
}

/** MB. */
interface DiskUse {
  readonly models: number
  readonly webAssembly: number
  readonly pagesAndScripts: number
  /** What the browser says of IndexedDB: the kiosk's records. */
  readonly records: number
  /** What the browser says of all that the origin keeps. */
  readonly origin: number
  /** The profile's folder, with what the browser keeps for itself. */
  readonly profile: number
}

const builtClient = join(import.meta.dirname, '..', '..', 'packages', 'client', 'dist', 'web')

/**
 * A kiosk that was installed while there was a network: the browser is opened anew so many times without the site and without the
 * server, and somebody whom the kiosk knows stands there. The last thing that is done to the server: it is killed.
 */
export async function startOffline(server: TestServer, { starts }: { starts: number }): Promise<StartFigures> {
  await buildClient()
  const [folder, profile] = await Promise.all(
    ['site', 'profile'].map((name) => mkdtemp(join(tmpdir(), `mien-${name}-`))),
  )
  const site = await startFolderSite(folder!)
  try {
    const { application_id, public_id, secret_key } = await server.admin.createApplication({
      name: 'Door',
      origins: [site.origin],
    })
    await server.admin.changeSettings(application_id, { offline: 'kiosk' })
    await layOutSite(folder!, { endpoint: server.url, publicId: public_id })
    const backend = createMienServerClient({ baseUrl: server.url, secretKey: secret_key })
    const { registration_code: code } = await backend.offline.invite({ label: 'Door' })
    await withPage(profile!, (page) => install(page, `${site.origin}/kiosk.html`, code))
    await Promise.all([server.kill(), site.close()])

    const timed: Start[] = []
    for (let i = 0; i < starts; i++) timed.push(await withPage(profile!, (page) => start(page, site.origin)))
    const kept = await withPage(profile!, async (page) => {
      await page.goto(`${site.origin}/kiosk.html`)
      return page.evaluate<Omit<DiskUse, 'profile'>>(sizes)
    })
    return {
      starts,
      medianMs: median(timed.map(({ ms }) => ms)),
      slowestMs: Math.max(...timed.map(({ ms }) => ms)),
      medianReadyMs: median(timed.map(({ readyMs }) => readyMs)),
      megabytes: { ...kept, profile: await folderMegabytes(profile!) },
    }
  } finally {
    await site.close()
    await Promise.all([folder!, profile!].map((each) => rm(each, { recursive: true, force: true })))
  }
}

interface Start {
  readonly ms: number
  readonly readyMs: number
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!

async function withPage<T>(profile: string, work: (page: Page) => Promise<T>): Promise<T> {
  const context = await openProfile(profile, { camera: { clip: await clipFile('manB') } })
  try {
    return await work(await context.newPage())
  } finally {
    await context.close()
  }
}

/** Somebody enrolls, and the kiosk is registered; models and files are kept by then. */
async function install(page: Page, url: string, code: string): Promise<void> {
  await page.goto(url)
  await page.evaluate(`(async () => {
    await navigator.serviceWorker.register('/worker.js')
    await navigator.serviceWorker.ready
    await kiosk.opened
    await kiosk.call('enroll')
    await kiosk.device.registerKiosk(${JSON.stringify(code)})
  })()`)
}

async function start(page: Page, origin: string): Promise<Start> {
  await page.goto(`${origin}/kiosk.html#start`)
  const { ms, readyMs, facialId } = await page.evaluate<Start & { facialId: string | null }>('kiosk.started')
  if (facialId === null) throw new Error('Nobody was recognised')
  return { ms, readyMs }
}

/** A site of its own, with a copy of the widget. */
async function layOutSite(folder: string, place: { readonly endpoint: string; readonly publicId: string }) {
  const page = kioskPage(place)
  const integrity = `sha384-${createHash('sha384').update(page).digest('base64')}`
  const options = { widget: '/', files: { '/kiosk.html': integrity } }
  await writeFile(join(folder, 'kiosk.html'), page)
  await writeFile(
    join(folder, 'worker.js'),
    `importScripts('/service-worker.js')\nmien.keepOffline(${JSON.stringify(options)})\n`,
  )
  const names = await readdir(builtClient)
  await Promise.all(names.map((name) => symlink(join(builtClient, name), join(folder, name))))
}

/** With `#start` somebody is recognised at once; times are the page's own, from its navigation on. */
const kioskPage = ({ endpoint, publicId }: { readonly endpoint: string; readonly publicId: string }) => `<!doctype html>
<html lang="en">
<title>Kiosk</title>
<script type="module">
  import { MienClient } from '/widget.js'
  const client = new MienClient(${JSON.stringify(publicId)}, { endpoint: ${JSON.stringify(endpoint)}, offline: 'kiosk' })
  let readyMs = 0
  const kiosk = {
    async call(method) {
      const ceremony = client[method]()
      ceremony.subscribe((state) => {
        if (state.name === 'consent') state.accept({ text: 'I agree', locale: 'en' })
        if (state.name === 'retry') state.again()
        if (state.name === 'positioning') readyMs ||= performance.now()
      })
      return ceremony.result
    },
    async start() {
      const { facialId, offline } = await kiosk.call('authenticate')
      return { ms: performance.now(), readyMs, facialId: offline ? facialId : null }
    },
  }
  globalThis.kiosk = kiosk
  if (location.hash === '#start') kiosk.started = kiosk.start()
  kiosk.opened = client.openOffline().then((device) => Object.assign(kiosk, { device }))
</script>
`

/** By kind; what lies in caches is counted as it is, not as it may be compressed. */
const sizes = `(async () => {
  const found = { models: 0, webAssembly: 0, pagesAndScripts: 0 }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name)
    for (const request of await cache.keys()) {
      const { size } = await (await cache.match(request)).blob()
      const kind = name.startsWith('mien-models') ? 'models' : /\\.wasm$/.test(request.url) ? 'webAssembly' : 'pagesAndScripts'
      found[kind] += size / 1e6
    }
  }
  const { usage, usageDetails } = await navigator.storage.estimate()
  return { ...found, records: (usageDetails?.indexedDB ?? 0) / 1e6, origin: usage / 1e6 }
})()`

async function folderMegabytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const each = await Promise.all(files.map((entry) => stat(join(entry.parentPath, entry.name))))
  return each.reduce((sum, { size }) => sum + size, 0) / 1e6
}
