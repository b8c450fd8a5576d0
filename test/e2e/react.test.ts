import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium } from '../rig/chromium.ts'
import { clipFile } from '../rig/clips.ts'
import { startServer, type TestServer } from '../rig/server.ts'
import { type Site, startSite } from '../rig/site.ts'
import { bundle } from './react-page/bundle.ts'

const patience = { timeout: 50_000 }

let server: TestServer
let site: Site
let browser: Browser
let page: Page
const complaints: string[] = []

/** React as developers have it, where StrictMode mounts everything twice. */
beforeAll(async () => {
  server = await startServer()
  const { public_id } = await server.admin.createApplication({ name: 'Shop' })
  const imports = JSON.stringify({ imports: { '@mien/client': `${server.url}/widget.js` } })
  site = await startSite({
    '/': `<!doctype html><title>Shop</title><div id="root"></div><script type="importmap">${imports}</script><script type="module" src="/main.js"></script>`,
    '/main.js': await bundle(join(import.meta.dirname, 'react-page', 'main.ts')),
  })
  browser = await launchChromium({ camera: { clip: await clipFile('manB') } })
  page = await browser.newPage()
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(`${site.origin}/?app=${public_id}&endpoint=${encodeURIComponent(server.url)}`)
})

afterAll(async () => {
  await browser?.close()
  await Promise.all([site, server].map((part) => part?.close()))
})

const output = (text: string) => page.locator('output', { hasText: text }).waitFor(patience)

test('the button enrolls, and tells the page once', async () => {
  await page.getByRole('button', { name: 'Join' }).click()
  await page.locator('#told', { hasText: /^enrolled [0-9a-f-]{36}$/ }).waitFor(patience)
  await page.getByRole('button', { name: 'Join' }).click()
  await page.locator('#told', { hasText: /^error 21$/ }).waitFor(patience)
})

test('a component that signs in when it is mounted does so under StrictMode, without SESSION_IN_PROGRESS', async () => {
  await page.getByRole('button', { name: 'Toggle' }).click()
  await output('authenticate done')
})

test('a component that goes takes its widget along, and leaves the page free', async () => {
  await page.evaluate('toggle()')
  await page.evaluate('toggle()')
  await page.getByRole('dialog').waitFor(patience)
  await page.evaluate('toggle()')
  await page.getByRole('dialog').waitFor({ ...patience, state: 'detached' })
  await page.evaluate('toggle()')
  await output('authenticate done')
  expect(complaints).toEqual([])
})

test('a component that goes takes its worker along, with the networks in it', async () => {
  expect(page.workers()).toHaveLength(2)
  await page.evaluate('toggle()')
  await expect.poll(() => page.workers().length, patience).toBe(1)
})
