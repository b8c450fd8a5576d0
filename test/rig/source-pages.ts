import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchChromium } from './chromium.ts'
import { serveSource } from './serve-source.ts'

/** What a page puts into its window: each call takes plain data and gives plain data. */
type Calls = Readonly<Record<string, (options: never) => unknown>>

/** Pages of the repository that are served from its sources. */
export interface SourcePages<Api extends Calls> {
  readonly origin: string
  readonly browser: Browser
  /** @param context with a disk of its own; default: a new one */
  open(context?: BrowserContext): Promise<Page>
  /** Also one that is there already, anew. */
  load(page: Page): Promise<void>
  ask<Name extends keyof Api & string>(
    page: Page,
    name: Name,
    options?: Parameters<Api[Name]>[0],
  ): Promise<Awaited<ReturnType<Api[Name]>>>
  close(): Promise<void>
}

/**
 * @param folder of the page, below `test`
 * @param global under which the page puts what it can do into its window
 */
export async function openSourcePages<Api extends Calls>(folder: string, global: string): Promise<SourcePages<Api>> {
  const [browser, site] = await Promise.all([launchChromium(), serveSource(join(import.meta.dirname, '..', '..'))])
  const load = async (page: Page) => {
    await page.goto(`${site.origin}/test/${folder}/index.html`)
    await page.waitForFunction((name) => name in window, global, { timeout: 60_000 })
  }
  return {
    origin: site.origin,
    browser,
    load,
    async open(context) {
      const page = await (context ?? (await browser.newContext())).newPage()
      await load(page)
      return page
    },
    ask: (page, name, options) => page.evaluate(`${global}.${name}(${JSON.stringify(options ?? null)})`),
    async close() {
      await browser.close()
      await site.close()
    },
  }
}
