import { get } from 'node:http'
import { brotliCompressSync, constants } from 'node:zlib'
import { launchChromium } from './chromium.ts'
import { clipFile } from './clips.ts'
import { startRecordingProxy } from './recording-proxy.ts'
import { callWidget, openPage } from './shop.ts'
import { startSite } from './site.ts'

interface Part {
  readonly path: string
  /** Whether the page asked for it before it asked for the worker. */
  readonly isBeforeWorker: boolean
  /** With brotli at its best. */
  readonly brotliBytes: number
  /** As the server sends it to a browser. */
  readonly sentBytes: number
}

/** What a page with the script tag fetches from an empty cache until a first person has been decided about. */
export async function weighPage(serverUrl: string, publicId: string, locale: string): Promise<readonly Part[]> {
  const proxy = await startRecordingProxy()
  const site = await startSite({
    '/': `<!doctype html><title>Shop</title><body><script src="${serverUrl}/fio.js"></script>`,
  })
  const browser = await launchChromium({ camera: { clip: await clipFile('manB') }, proxy: proxy.address })
  try {
    const page = await openPage(browser, site.origin)
    await callWidget(page, { publicId, operation: 'authenticate', call: { locale } })
    const urls = proxy.requests
      .filter(({ method, origin }) => method === 'GET' && origin === serverUrl)
      .map(({ url }) => url)
    const worker = urls.findIndex((url) => url.endsWith('/vision-worker.js'))
    return await Promise.all([...new Set(urls)].map((url) => weigh(url, urls.indexOf(url) < worker)))
  } finally {
    await browser.close()
    await Promise.all([site.close(), proxy.close()])
  }
}

async function weigh(url: string, isBeforeWorker: boolean): Promise<Part> {
  const [plain, sent] = [await bodyOf(url, 'identity'), await bodyOf(url, 'br')]
  const params = { [constants.BROTLI_PARAM_QUALITY]: plain.length < 1e6 ? constants.BROTLI_MAX_QUALITY : 5 }
  const brotliBytes = brotliCompressSync(plain, { params }).length
  return { path: new URL(url).pathname, isBeforeWorker, brotliBytes, sentBytes: sent.length }
}

/** Not `fetch`, which unpacks what it gets. */
function bodyOf(url: string, encoding: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': encoding } }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => resolve(Buffer.concat(chunks)))
    }).on('error', reject)
  })
}

/** Of the scripts that a page waits for before the worker starts. */
export const scriptBytesBeforeWorker = (parts: readonly Part[]): number =>
  parts
    .filter(({ path, isBeforeWorker }) => isBeforeWorker && path.endsWith('.js'))
    .reduce((sum, { brotliBytes }) => sum + brotliBytes, 0)
