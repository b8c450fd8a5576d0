import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { languages } from '../../packages/client/src/i18n/choose-language.ts'
import { loadMessages } from '../../packages/client/src/i18n/load-messages.ts'
import { launchChromium } from '../rig/chromium.ts'
import { type Site, startFolderSite, startSite } from '../rig/site.ts'

const web = join(import.meta.dirname, '..', '..', 'packages', 'client', 'dist', 'web')
/** As it is sent: brotli. */
const maxBytes = 4096

let widget: Site
/** A website of another origin, with the widget in a script tag. */
let shop: Site
let browser: Browser

beforeAll(async () => {
  widget = await startFolderSite(web, { 'access-control-allow-origin': '*' })
  shop = await startSite({ '/': `<!doctype html><script src="${widget.origin}/fio.js"></script>` })
  browser = await launchChromium()
})

afterAll(async () => {
  await browser?.close()
  await Promise.all([shop, widget].map((site) => site?.close()))
})

/** Each script of the build and its text. */
async function builtScripts(): Promise<readonly (readonly [string, string])[]> {
  const names = (await readdir(web, { recursive: true })).filter((name) => name.endsWith('.js'))
  return Promise.all(names.map(async (name) => [name, await readFile(join(web, name), 'utf8')] as const))
}

test('CE70: each language but English is a file of its own, which holds nothing else and is small', async () => {
  const scripts = await builtScripts()
  const files = new Set<string>()
  for (const language of languages.filter((each) => each !== 'en')) {
    const { consent } = await loadMessages([language])
    const holders = scripts.filter(([, text]) => text.includes(consent.closing))
    expect([language, holders.length]).toEqual([language, 1])
    const [name] = holders[0]!
    expect((await stat(join(web, `${name}.br`))).size).toBeLessThan(maxBytes)
    files.add(name)
  }
  expect(files.size).toBe(languages.length - 1)
})

interface Opened {
  readonly language: string | null
  readonly direction: string | null
  readonly title: string | undefined
  /** Files of languages that were asked for. */
  readonly fetched: readonly string[]
}

/** What the script tag leaves on the page. */
type Widget = new (publicId: string) => { enroll(options: { readonly locale: string }): Promise<unknown> }

/** Opens the widget on the shop's page; there is no server behind it, so it gets no further than its first words. */
async function openWidget(page: Page, locale: string): Promise<Opened> {
  const fetched: string[] = []
  const names = languages.map((language) => language.toLowerCase())
  page.on('request', (request) => {
    const name = /\/assets\/(.+)-.{8}\.js$/.exec(new URL(request.url()).pathname)?.[1]
    if (name !== undefined && names.includes(name)) fetched.push(name)
  })
  await page.goto(shop.origin)
  await page.evaluate((locale) => {
    const { faceIO } = globalThis as unknown as { readonly faceIO: Widget }
    new faceIO('mp_nobody').enroll({ locale }).catch(() => undefined)
  }, locale)
  const dialog = page.locator('[data-mien-widget] dialog')
  await dialog.waitFor()
  return {
    language: await dialog.getAttribute('lang'),
    direction: await dialog.getAttribute('dir'),
    title: (await dialog.locator('h1').textContent()) ?? undefined,
    fetched,
  }
}

test('CE70: a page of another origin gets the language it asks for, and fetches no other', async () => {
  for (const [locale, language] of [
    ['ar-EG', 'ar'],
    ['zh-TW', 'zh-Hant'],
    ['en-GB', 'en'],
  ] as const) {
    const page = await browser.newPage()
    const { title, direction } = await loadMessages([language])
    expect(await openWidget(page, locale)).toEqual({
      language,
      direction,
      title: title.enroll,
      fetched: language === 'en' ? [] : [language.toLowerCase()],
    })
    await page.close()
  }
})

test('CE70: a language that cannot be fetched leaves the widget in English', async () => {
  const page = await browser.newPage()
  await page.route(/\/assets\/ja-[^/]*\.js$/, (route) => route.abort())
  const opened = await openWidget(page, 'ja')
  expect(opened).toMatchObject({ language: 'en', direction: 'ltr', fetched: ['ja'] })
  await page.close()
})
