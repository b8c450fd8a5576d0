import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openSourcePages, type SourcePages } from '../rig/source-pages.ts'
import type { StorePage } from './store-page/main.ts'

let pages: SourcePages<StorePage>
/** With a disk of its own. */
let context: BrowserContext

beforeAll(async () => {
  pages = await openSourcePages<StorePage>('e2e/store-page', 'store')
}, 120_000)
afterAll(() => pages?.close())
beforeEach(async () => {
  await context?.close()
  context = await pages.browser.newContext()
})

const openTab = (): Promise<Page> => pages.open(context)

test('[OF2] records are read again by their key, and cannot be read without it', async () => {
  const tab = await openTab()
  expect(await pages.ask(tab, 'write', { record: 'face/1', characters: 900 })).toBe('written')
  const another = await openTab()
  expect(await pages.ask(another, 'read')).toEqual([['face/1', 900]])
  expect(await pages.ask(another, 'loseKey')).toBe(1)
  expect(await pages.ask(another, 'read')).toEqual([])
}, 120_000)

test('[OF7] each place of the chain is given once, also to two tabs that take them at the same time', async () => {
  const tabs = [await openTab(), await openTab()]
  const taken = await Promise.all(tabs.map((tab) => pages.ask(tab, 'takePlaces', { count: 20 })))
  const places = taken.flat().sort((a, b) => a - b)
  expect(places).toEqual(Array.from({ length: 40 }, (_, i) => i + 1))
}, 120_000)

test('[OF6] OFF-09: a browser without room says STORAGE_FULL, and what was there is there', async () => {
  const tab = await openTab()
  // Before the first write: Chromium remembers for a while how much room there was.
  const devtools = await context.newCDPSession(tab)
  await devtools.send('Storage.overrideQuotaForOrigin', { origin: pages.origin, quotaSize: 1_000_000 })
  expect(await pages.ask(tab, 'write', { record: 'event/1', characters: 2000 })).toBe('written')
  expect(await pages.ask(tab, 'write', { record: 'event/2', characters: 4_000_000 })).toBe('STORAGE_FULL')
  expect(await pages.ask(tab, 'read')).toEqual([['event/1', 2000]])
  expect(await pages.ask(tab, 'write', { record: 'event/1', characters: 1000 })).toBe('written')
  expect(await pages.ask(await openTab(), 'read')).toEqual([['event/1', 1000]])
}, 120_000)
