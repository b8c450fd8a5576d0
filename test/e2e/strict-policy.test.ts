import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ApplicationCredentials } from '@mien/shared/api/applications'
import { findPack, type ModelManifest } from '@mien/shared/vision/manifest'
import type { Browser, Frame, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium } from '../rig/chromium.ts'
import { type ClipName, clipFile } from '../rig/clips.ts'
import { findPixels, modelOf } from '../rig/find-pixels.ts'
import { startFrontProxy } from '../rig/front-proxy.ts'
import { type RecordingProxy, startRecordingProxy } from '../rig/recording-proxy.ts'
import { startServer, type TestServer } from '../rig/server.ts'
import { callWidget, type Operation } from '../rig/shop.ts'
import { isolation, type Site, startSite } from '../rig/site.ts'

/** A page under the very policy that the widget's document gives, with the script pinned as it says. */
let server: TestServer
let proxy: RecordingProxy
let strict: Site
let isolated: Site
let around: Site
let application: ApplicationCredentials
let manifest: ModelManifest
const violations: string[] = []

const documentPath = join(import.meta.dirname, '..', '..', 'packages', 'client', 'docs', 'WIDGET.md')

/** The headers of the document, for this server. */
async function documentedHeaders(): Promise<Record<string, string>> {
  const document = await readFile(documentPath, 'utf8')
  const [, block] = /```\n(Content-Security-Policy: [\s\S]*?)```/.exec(document)!
  const lines = block!.trim().replaceAll('https://face.shop.example', server.url).split('\n')
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]))
}

/** Sends the framed page whatever somebody around it might, as fast as it can, and counts what comes back. */
const floodingPage = (address: string) => `<!doctype html><title>Around</title>
<iframe id="inner" allow="camera" src="${address}"></iframe>
<script>
  window.sent = 0
  window.received = 0
  addEventListener('message', () => received++)
  const junk = [
    { id: '1', type: 'APPLY', path: ['load'], argumentList: [] }, { type: 'abort' }, 'abort',
    { result_code: 'x'.repeat(43), state: 'done' }, { name: 'done', resultCode: 'x' }, null, [], 'x'.repeat(10000),
    { id: '__proto__', type: 'SET', path: ['__proto__', 'polluted'], value: { type: 'RAW', value: 1 } }, new ArrayBuffer(64),
  ]
  setInterval(() => {
    for (let i = 0; i < 200; i++) { document.getElementById('inner').contentWindow.postMessage(junk[i % junk.length], '*'); sent++ }
  }, 50)
</script>`

/** Who listens to other windows, and who makes frames: counted from before the first script. */
const watch = `
  window.watched = { listeners: 0, frames: 0 }
  const add = EventTarget.prototype.addEventListener
  EventTarget.prototype.addEventListener = function (type, ...rest) {
    if (this === window && type === 'message') watched.listeners++
    return add.call(this, type, ...rest)
  }
  const create = Document.prototype.createElement
  Document.prototype.createElement = function (name, ...rest) {
    if (/^i?frame$/i.test(name)) watched.frames++
    return create.call(this, name, ...rest)
  }
`

beforeAll(async () => {
  ;[server, proxy] = await Promise.all([startServer(), startRecordingProxy()])
  manifest = (await (await fetch(`${server.url}/models/manifest.json`)).json()) as ModelManifest
  const pins = (await (await fetch(`${server.url}/integrity.json`)).json()) as Record<
    string,
    { path: string; integrity: string }
  >
  const { path, integrity } = pins['fio.js']!
  const page = `<!doctype html><html lang="en"><title>Shop</title><body><script src="${server.url}${path}" integrity="${integrity}" crossorigin="anonymous"></script>`
  const headers = await documentedHeaders()
  ;[strict, isolated] = (await Promise.all([
    startSite({ '/': page }, headers),
    startSite({ '/': page }, { ...headers, ...isolation }),
  ])) as [Site, Site]
  around = await startSite({ '/': floodingPage(strict.origin) })
  application = await server.admin.createApplication({ name: 'Shop', origins: [strict.origin, isolated.origin] })
})

afterAll(() => Promise.all([server, proxy, strict, isolated, around].map((part) => part?.close())))

async function inFrontOf<T>(clip: ClipName, work: (browser: Browser) => Promise<T>): Promise<T> {
  const browser = await launchChromium({ camera: { clip: await clipFile(clip) }, proxy: proxy.address })
  try {
    return await work(browser)
  } finally {
    await browser.close()
  }
}

async function open(browser: Browser, origin: string): Promise<Page> {
  const page = await browser.newPage()
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted|Permissions policy/i.test(message.text())) violations.push(message.text())
  })
  await page.addInitScript(watch)
  await page.goto(origin)
  return page
}

const call = (page: Page | Frame, operation: Operation) =>
  callWidget(page, { publicId: application.public_id, operation })

let facialId: string | null = null

test('WEB-02: a man enrolls in a frame under a flood of messages; the widget hears none, sends none and makes no frame', async () => {
  await inFrontOf('manB', async (browser) => {
    const page = await open(browser, around.origin)
    const frame = page.frames().find((each) => each.url().startsWith(strict.origin))!
    const enrolled = await call(frame, 'enroll')
    expect(enrolled, JSON.stringify(enrolled)).toMatchObject({ code: 0 })
    facialId = enrolled.facialId
    const watched = (await frame.evaluate('watched')) as { listeners: number; frames: number }
    const [sent, received] = (await page.evaluate('[sent, received]')) as [number, number]
    console.log(
      `WEB-02: ${sent} messages sent in, ${watched.listeners} listeners, ${received} sent out, ${watched.frames} frames`,
    )
    expect(sent).toBeGreaterThan(5000)
    expect({ ...watched, received }).toEqual({ listeners: 0, frames: 0, received: 0 })
    expect(await frame.evaluate('({}).polluted')).toBeUndefined()
  })
})

test('WEB-01: the documented policy is enough, in a page of its own and in an isolated one, and not a word of it is broken', async () => {
  await inFrontOf('manBAgain', async (browser) => {
    for (const site of [strict, isolated]) {
      const page = await open(browser, site.origin)
      expect(await page.evaluate('crossOriginIsolated')).toBe(site === isolated)
      const recognised = await call(page, 'authenticate')
      expect(recognised, JSON.stringify(recognised)).toMatchObject({ code: 0, facialId })
    }
  })
  console.log(`WEB-01: enrolled and signed in under the documented policy; ${violations.length} violations`)
  expect(violations).toEqual([])
})

test('WEB-08: of all that the browser sent for an enrolment and two sign-ins nothing holds pixels', async () => {
  const model = await modelOf(server)
  const bodies = proxy.requests.filter(({ body }) => body.length > 0)
  const submissions = bodies.filter(({ url }) => url.endsWith('/v1/submissions'))
  const found = proxy.requests.flatMap(({ url, body }) => findPixels(body, model).map((why) => `${url}: ${why}`))
  const largest = Math.max(...bodies.map(({ body }) => body.length))
  const addresses = Math.max(...proxy.requests.map(({ url }) => url.length))
  console.log(
    `WEB-08: ${proxy.requests.length} requests, ${bodies.length} with a body, largest ${largest} bytes, ${submissions.length} submissions; ${found.length} with pixels`,
  )
  expect(submissions.length).toBeGreaterThanOrEqual(3)
  expect(found).toEqual([])
  // Nor in an address.
  expect(addresses).toBeLessThan(300)
  const allowed = new Set([server.url, strict.origin, isolated.origin, around.origin])
  expect(proxy.requests.filter(({ origin }) => !allowed.has(origin) && origin !== 'http://localhost')).toEqual([])
})

test('WEB-06: with one bit of a network changed on its way nobody is enrolled', async () => {
  const pack = findPack(manifest, Object.keys(manifest.packs)[0]!)
  let victim = ''
  const front = await startFrontProxy((path, bytes) => {
    if (path === `/models/${victim}`) bytes[bytes.length >> 1]! ^= 1
    return bytes
  })
  front.lead(server.url)
  const site = await startSite({ '/': `<!doctype html><body><script src="${front.origin}/fio.js"></script>` })
  const { public_id: publicId } = await server.admin.createApplication({ name: 'Altered', origins: [site.origin] })
  try {
    await inFrontOf('manA', async (browser) => {
      for (const { id, sha256 } of [pack.detector, pack.pad, pack.embedder]) {
        victim = sha256
        const page = await (await browser.newContext()).newPage()
        await page.goto(site.origin)
        const outcome = await callWidget(page, { publicId, operation: 'enroll' })
        console.log(`WEB-06: ${id} with one bit changed: ${outcome.mienCode}`)
        expect(outcome.mienCode).toBe('MODEL_HASH_MISMATCH')
        await page.context().close()
      }
      victim = ''
      const page = await open(browser, site.origin)
      expect(await callWidget(page, { publicId, operation: 'enroll' })).toMatchObject({ code: 0 })
    })
  } finally {
    await Promise.all([front.close(), site.close()])
  }
})
