import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchChromium } from '../rig/chromium.ts'
import { serveSource } from '../rig/serve-source.ts'
import type { Site } from '../rig/site.ts'
import type { StorePage } from './store-page/main.ts'

let browser: Browser
let site: Site
/** With a disk of its own. */
let context: BrowserContext

beforeAll(async () => {
  browser = await launchChromium()
  site = await serveSource(new URL('../..', import.meta.url).pathname)
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await site?.close()
})
beforeEach(async () => {
  await context?.close()
  context = await browser.newContext()
})

async function openTab(): Promise<Page> {
  const tab = await context.newPage()
  await tab.goto(`${site.origin}/test/e2e/store-page/index.html`)
  await tab.waitForFunction('"store" in window', undefined, { timeout: 60_000 })
  return tab
}

const ask = <Name extends keyof StorePage>(
  tab: Page,
  name: Name,
  options: Parameters<StorePage[Name]>[0] | null = null,
): Promise<Awaited<ReturnType<StorePage[Name]>>> => tab.evaluate(`store.${name}(${JSON.stringify(options)})`)

test('[OF2] records are read again by their key, and cannot be read without it', async () => {
  const tab = await openTab()
  expect(await ask(tab, 'write', { record: 'face/1', characters: 900 })).toBe('written')
  const another = await openTab()
  expect(await ask(another, 'read')).toEqual([['face/1', 900]])
  expect(await ask(another, 'loseKey')).toBe(1)
  expect(await ask(another, 'read')).toEqual([])
}, 120_000)

test('[OF7] each place of the chain is given once, also to two tabs that take them at the same time', async () => {
  const tabs = [await openTab(), await openTab()]
  const taken = await Promise.all(tabs.map((tab) => ask(tab, 'takePlaces', { count: 20 })))
  const places = taken.flat().sort((a, b) => a - b)
  expect(places).toEqual(Array.from({ length: 40 }, (_, i) => i + 1))
}, 120_000)

test('[OF6] OFF-09: a browser without room says STORAGE_FULL, and what was there is there', async () => {
  const tab = await openTab()
  // Before the first write: Chromium remembers for a while how much room there was.
  const devtools = await context.newCDPSession(tab)
  await devtools.send('Storage.overrideQuotaForOrigin', { origin: site.origin, quotaSize: 1_000_000 })
  expect(await ask(tab, 'write', { record: 'event/1', characters: 2000 })).toBe('written')
  expect(await ask(tab, 'write', { record: 'event/2', characters: 4_000_000 })).toBe('STORAGE_FULL')
  expect(await ask(tab, 'read')).toEqual([['event/1', 2000]])
  expect(await ask(tab, 'write', { record: 'event/1', characters: 1000 })).toBe('written')
  expect(await ask(await openTab(), 'read')).toEqual([['event/1', 1000]])
}, 120_000)
