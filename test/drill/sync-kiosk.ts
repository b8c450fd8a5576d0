import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CDPSession, Page } from 'playwright-core'
import { createMienServerClient } from '../../packages/server/src/client/mien-server-client.ts'
import { newFacialId, rowId } from '../../packages/server/src/domain/tokens.ts'
import { loadManifest } from '../../packages/server/src/models/load-manifest.ts'
import { syntheticPerson } from '../fixtures/synthetic-templates.ts'
import type { KioskPage } from '../rig/kiosk-page/main.ts'
import type { TestServer } from '../rig/server.ts'
import { openSourcePages, type SourcePages } from '../rig/source-pages.ts'
import { withData } from './with-data.ts'

export interface SyncFigures {
  /** Registering and pulling the gallery. */
  readonly pull: { readonly people: number; readonly seconds: number; readonly megabytes: number } & Memory
  /** Events go out as fast as tickets come: 50 at a time. */
  readonly sync: { readonly events: number; readonly meetings: number; readonly seconds: number } & Memory
}

/** MB at most while it ran: of the server's process, and of the page's own objects. */
export interface Memory {
  readonly serverMegabytesBefore: number
  readonly serverMegabytes: number
  readonly pageMegabytes: number
}

/**
 * A kiosk in Chromium, of the widget's own code and store, against a real server: it pulls a gallery, and another one with `few` people
 * tells of `events` whom it did not know.
 */
export async function syncKiosk(
  server: TestServer,
  { people, events, few = 20 }: { people: number; events: number; few?: number },
  onProgress: (done: number) => void = () => {},
): Promise<SyncFigures> {
  const pages = await openSourcePages<KioskPage>('rig/kiosk-page', 'kiosk')
  const openKiosk = async (name: string, count: number) => {
    const { publicId, code } = await openGallery(server, name, pages.origin, count)
    const page = await pages.open()
    await pages.ask(page, 'open', { endpoint: server.url, publicId })
    return { page, code, devtools: await page.context().newCDPSession(page) }
  }
  try {
    const large = await openKiosk('large', people)
    const wire = await countBytes(large.devtools)
    const pulled = await watched(server, large.devtools, () => pages.ask(large.page, 'register', { code: large.code }))
    const { people: held } = await pages.ask(large.page, 'held')
    await large.page.close()

    const small = await openKiosk('small', few)
    await pages.ask(small.page, 'register', { code: small.code })
    const told = await watched(server, small.devtools, () => tellAll(pages, small.page, events, onProgress))
    return {
      pull: { people: held, seconds: pulled.value / 1000, megabytes: wire() / 1e6, ...pulled.memory },
      sync: { ...told.value, ...told.memory },
    }
  } finally {
    await pages.close()
  }
}

/** As many events as there are tickets, told at once, until all are. */
async function tellAll(
  { ask }: SourcePages<KioskPage>,
  page: Page,
  events: number,
  onProgress: (done: number) => void,
) {
  let [told, meetings, ms] = [0, 0, 0]
  while (told < events) {
    const { tickets } = await ask(page, 'held')
    const count = Math.min(tickets, events - told)
    if (count === 0) throw new Error('The server hands out no tickets')
    await ask(page, 'refuse', { count })
    ms += await ask(page, 'sync')
    const { waiting } = await ask(page, 'held')
    if (waiting > 0) throw new Error(`${waiting} events were not settled`)
    told += count
    meetings += 1
    onProgress(told)
  }
  return { events: told, meetings, seconds: ms / 1000 }
}

/** An application with so many made-up people, and a code for a kiosk that holds them. */
async function openGallery(server: TestServer, name: string, origin: string, people: number) {
  const credentials = await server.admin.createApplication({ name, origins: [origin] })
  const { application_id: applicationId, public_id: publicId, secret_key: secretKey } = credentials
  await server.admin.changeSettings(applicationId, { offline: 'kiosk', offline_max_people: Math.max(500, people) })
  await server.kill()
  await fillGallery(server.dataDir, applicationId, people)
  await server.restart()
  const backend = createMienServerClient({ baseUrl: server.url, secretKey })
  const { registration_code: code } = await backend.offline.invite({ label: name })
  return { publicId, code }
}

/** A transaction holds so many people. */
const batch = 500

async function fillGallery(dataDir: string, applicationId: string, people: number): Promise<void> {
  const { files } = await loadManifest()
  const modelId = files.find(({ role }) => role === 'embedder')!.id
  await withData(dataDir, async (database) => {
    const [gallery] = await database.stores.galleries.list(applicationId)
    const keys = await database.stores.applicationKeys.of(applicationId)
    const of = { applicationId, galleryId: gallery!.id }
    const about = { externalRef: null, name: '', payload: null, hasPin: false, createdAt: new Date(), lastSeenAt: null }
    for (let first = 0; first < people; first += batch) {
      await database.transaction(async (stores) => {
        for (let i = first; i < Math.min(people, first + batch); i++) {
          const id = newFacialId()
          await stores.subjects.insert({ ...of, ...about, id })
          const turned = keys.protect(modelId, syntheticPerson(i)).at(-1)!
          await stores.faces.insert({ ...of, modelId, id: rowId(), subjectId: id, ...turned })
        }
      })
    }
  })
}

/** @returns bytes that answers took on the wire so far, headers included */
async function countBytes(devtools: CDPSession): Promise<() => number> {
  let bytes = 0
  devtools.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength))
  await devtools.send('Network.enable')
  return () => bytes
}

const everyMs = 250

/** Looks at the memory of both sides while something runs. */
async function watched<T>(server: TestServer, devtools: CDPSession, work: () => Promise<T>) {
  await devtools.send('Performance.enable')
  const serverMegabytesBefore = await residentMegabytes(server)
  const memory = { serverMegabytesBefore, serverMegabytes: serverMegabytesBefore, pageMegabytes: 0 }
  const look = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics')
    const heap = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0
    memory.pageMegabytes = Math.max(memory.pageMegabytes, heap / 1e6)
    memory.serverMegabytes = Math.max(memory.serverMegabytes, await residentMegabytes(server))
  }
  let isOver = false
  const watching = (async () => {
    while (!isOver) {
      await look()
      await new Promise((resolve) => setTimeout(resolve, everyMs))
    }
  })()
  const value = await work().finally(() => {
    isOver = true
  })
  await watching
  return { value, memory }
}

/** What the process has in memory now (Linux). */
async function residentMegabytes({ dataDir }: TestServer): Promise<number> {
  const { pid } = JSON.parse(await readFile(join(dataDir, 'server.json'), 'utf8')) as { pid: number }
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return (Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024) / 1e6
}
