import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { build } from 'vite'
import type { LoadReport } from '../../packages/client/src/worker/protocol.ts'
import viteConfig from '../../vite.config.ts'
import { cacheFolder } from '../rig/cache.ts'
import { startServer } from '../rig/server.ts'
import { startFolderSite } from '../rig/site.ts'
import type { Sample } from './samples.ts'

export interface BrowserBench {
  readonly report: LoadReport
  time(): Promise<Sample>
  copy(): Promise<number>
  close(): Promise<void>
}

/** The widget's worker on one WebAssembly thread, with its clock. */
export async function openBrowserBench(browser: Browser, imageUrl: string): Promise<BrowserBench> {
  const outDir = join(cacheFolder, 'bench')
  await build({
    ...viteConfig,
    configFile: false,
    logLevel: 'error',
    root: join(import.meta.dirname, 'page'),
    plugins: [],
    build: { outDir, emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0, reportCompressedSize: false },
  })
  const [site, server] = await Promise.all([startFolderSite(outDir), startServer()])
  const page = await browser.newPage()
  await page.goto(`${site.origin}/index.html`)
  const options = {
    endpoint: server.url,
    backend: 'wasm',
    tracker: 'onnx',
    allowSoftwareWebGpu: false,
    attributes: false,
    maxThreads: 1,
  }
  const report = await call<LoadReport>(page, 'load', [options, imageUrl])
  return {
    report,
    time: () => call<Sample>(page, 'time', []),
    copy: () => call<number>(page, 'copy', []),
    close: async () => {
      await Promise.all([page.close(), site.close(), server.close()])
    },
  }
}

const call = <T>(page: Page, name: string, args: readonly unknown[]): Promise<T> =>
  page.evaluate<T>(`bench.${name}(...${JSON.stringify(args)})`)
