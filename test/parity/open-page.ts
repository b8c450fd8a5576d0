import { join } from 'node:path'
import { encodeBase64Url } from '@mien/shared/bytes'
import type { RgbaImage } from '@mien/shared/vision/types'
import type { Browser, Page } from 'playwright-core'
import { build } from 'vite'
import type { LoadOptions, LoadReport } from '../../packages/client/src/worker/protocol.ts'
import viteConfig from '../../vite.config.ts'
import { cacheFolder } from '../rig/cache.ts'
import { isolation, type Site, startFolderSite } from '../rig/site.ts'
import type { Facts } from './facts.ts'
import type { CarriedImage } from './page/main.ts'

/** A page that gives the pipeline in its worker images instead of a camera, built like the widget itself. */
export async function startParitySite(): Promise<Site> {
  const outDir = join(cacheFolder, 'parity')
  await build({
    ...viteConfig,
    configFile: false,
    logLevel: 'error',
    root: join(import.meta.dirname, 'page'),
    plugins: [],
    build: { outDir, emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0, reportCompressedSize: false },
  })
  return startFolderSite(outDir, isolation)
}

export interface BrowserPipeline {
  readonly report: LoadReport
  analyse(image: RgbaImage): Promise<Facts>
}

export async function openBrowserPipeline(
  browser: Browser,
  site: Site,
  options: LoadOptions,
): Promise<BrowserPipeline> {
  const page = await browser.newPage()
  page.setDefaultTimeout(0)
  await page.goto(`${site.origin}/index.html`)
  const report = await call<LoadReport>(page, 'load', options)
  return {
    report,
    analyse: ({ data, width, height }) => {
      const image: CarriedImage = { base64url: encodeBase64Url(new Uint8Array(data)), width, height }
      return call<Facts>(page, 'analyse', image)
    },
  }
}

const call = <T>(page: Page, name: string, argument: unknown): Promise<T> =>
  page.evaluate<T>(`parity.${name}(${JSON.stringify(argument)})`)
