import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { launchChromium } from '../../rig/chromium.ts'
import type { Site } from '../../rig/site.ts'
import type { GalleryOptions } from './gallery.ts'
import type { SceneName } from './scenes.ts'
import { startGallerySite } from './start-gallery-site.ts'

/** Nothing here waits that long unless it is broken. */
export const patience = { timeout: 30_000 }

export const phone = { width: 390, height: 844 } as const

/** What the person has just chosen is not explained. */
const closesAtOnce: ReadonlySet<SceneName> = new Set<SceneName>(['declined', 'failure-cancelled'])

export interface GalleryDriver {
  /** The page of the running test. */
  readonly page: Page
  visit(options?: BrowserContextOptions): Promise<void>
  /** Opens the widget as a click on the page's button does. */
  open(scene: SceneName, options?: GalleryOptions): Promise<Locator>
  show(scene: SceneName): Promise<void>
  /** Shows every scene in one dialog that does not close by itself, and looks at each. */
  lookAtAll(options: GalleryOptions, look: (scene: SceneName) => Promise<void>): Promise<void>
  log(): Promise<readonly string[]>
  /** Waits for what the page hears, so that a slow machine is only slow. */
  expectLog(entry: string): Promise<void>
  /** Name of what has the focus, through the widget's shadow root. */
  focused(): Promise<string>
  press(...keys: readonly string[]): Promise<void>
  /** From now on collects what the live region says. */
  listen(): Promise<void>
  heard(): Promise<readonly string[]>
}

/** A browser with the gallery for the tests of one file, and a page for each test. */
export function driveGallery(): GalleryDriver {
  let site: Site
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    site = await startGallerySite()
    browser = await launchChromium()
  })
  afterEach(() => page?.close())
  afterAll(async () => {
    await browser?.close()
    await site?.close()
  })

  const show = (scene: SceneName): Promise<void> => page.evaluate((next) => gallery.show(next), scene)

  /** Nothing that waits for a second and more happens any more. */
  const stopTime = (): Promise<void> =>
    page.evaluate(() => {
      const set = globalThis.setTimeout
      const patched = (act: TimerHandler, ms = 0, ...rest: unknown[]) => (ms < 1000 ? set(act, ms, ...rest) : 0)
      Object.assign(globalThis, { setTimeout: patched })
    })

  const log = (): Promise<readonly string[]> => page.evaluate(() => [...gallery.log])
  return {
    get page() {
      return page
    },
    async visit(options = {}) {
      page = await browser.newPage({ viewport: phone, ...options })
      await page.goto(`${site.origin}/index.html`)
      await page.waitForFunction(() => 'gallery' in globalThis)
    },
    async open(scene, options = {}) {
      await page.focus('#opener')
      await page.evaluate(({ scene, options }) => gallery.open(scene, options), { scene, options })
      return page.getByRole('dialog')
    },
    show,
    async lookAtAll(options, look) {
      await stopTime()
      await page.evaluate((options) => gallery.open('connecting', options), { offline: true, ...options })
      for (const scene of await page.evaluate(() => gallery.scenes)) {
        if (closesAtOnce.has(scene)) continue
        await show(scene)
        await look(scene)
      }
    },
    log,
    expectLog: (entry) => expect.poll(log, patience).toContainEqual(entry),
    focused: () =>
      page.evaluate(() => {
        const host = document.activeElement
        const inner = host?.shadowRoot?.activeElement ?? host
        return inner?.getAttribute('aria-label') ?? inner?.textContent ?? ''
      }),
    async press(...keys) {
      for (const key of keys) await page.keyboard.press(key)
    },
    listen: () =>
      page.evaluate(() => {
        const region = document.querySelector('[data-mien-widget]')?.shadowRoot?.querySelector('[role=status]')
        const heard: string[] = []
        Object.assign(globalThis, { heard })
        if (region) new MutationObserver(() => heard.push(region.textContent)).observe(region, { childList: true })
      }),
    heard: () => page.evaluate('heard'),
  }
}
