import type { Page } from 'playwright-core'
import { buildClient } from '../rig/built-client.ts'
import { launchChromium } from '../rig/chromium.ts'
import { clipFile } from '../rig/clips.ts'
import { scriptBytesBeforeWorker, weighPage } from '../rig/page-weight.ts'
import { startServer } from '../rig/server.ts'
import { callWidget, openPage, openShop } from '../rig/shop.ts'
import { median } from './samples.ts'

const rounds = 10

/** Milliseconds of one authentication, from the call to the verdict on the screen, in the order in which they pass. */
interface Verdict {
  readonly session: number
  readonly models: number
  readonly camera: number
  readonly positioning: number
  readonly capture: number
  readonly server: number
  /** The longest task of the page's main thread while the camera was on; 0: none reached 50 ms, from where they are reported. */
  readonly longestTask: number
}
const parts = ['session', 'models', 'camera', 'positioning', 'capture', 'server'] as const satisfies (keyof Verdict)[]

/** Prints how long a person waits for a verdict, how long the page is busy meanwhile, and what it fetched for the first one. */
export async function runVerdictBench(): Promise<void> {
  await buildClient()
  const server = await startServer()
  const shop = await openShop(server)
  const publicId = shop.credentials.public_id
  const browser = await launchChromium({ camera: { clip: await clipFile('manB') } })
  try {
    // The second of the shop's origins is cross-origin isolated: threads.
    const page = await openPage(browser, shop.origins[1]!)
    await callWidget(page, { publicId, operation: 'enroll' })
    await authenticate(page, publicId)
    const verdicts: Verdict[] = []
    for (let round = 0; round < rounds; round++) verdicts.push(await authenticate(page, publicId))
    printVerdicts(verdicts)
    printWeight(await weighPage(server.url, await open(server), 'en'))
  } finally {
    await browser.close()
    await shop.close()
    await server.close()
  }
}

const open = async ({ admin }: Awaited<ReturnType<typeof startServer>>): Promise<string> =>
  (await admin.createApplication({ name: 'Weight' })).public_id

/** Each state's time goes to the part that it belongs to; what the server was asked for meanwhile is taken from there. */
const authenticate = (page: Page, publicId: string): Promise<Verdict> =>
  page.evaluate(`(async () => {
    const part = { preparing: 'models', permission: 'camera', positioning: 'positioning', capturing: 'capture', deciding: 'server' }
    const spent = { session: 0, models: 0, camera: 0, positioning: 0, capture: 0, server: 0 }
    let name = 'session', since = performance.now(), longestTask = 0, isCameraOn = false
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) if (isCameraOn) longestTask = Math.max(longestTask, duration)
    })
    observer.observe({ type: 'longtask' })
    const onState = (state) => {
      const now = performance.now()
      spent[name] += now - since
      since = now
      isCameraOn = state.name === 'positioning' || state.name === 'capturing'
      name = part[state.name] ?? 'over'
      // A person who presses Try again, on a machine that is too busy for a clear capture.
      if (state.name === 'retry') state.again()
    }
    spent.over = 0
    // One instance, as a page has: its worker and its models stay.
    globalThis.face ??= new faceIO(${JSON.stringify(publicId)}, { failureTimeout: 0 })
    await face.authenticate({ locale: 'en', onState })
    observer.disconnect()
    const { over, ...rest } = spent
    return { ...rest, longestTask }
  })()`)

function printVerdicts(verdicts: readonly Verdict[]): void {
  const total = (verdict: Verdict) => parts.reduce((sum, part) => sum + verdict[part], 0)
  const show = (of: (verdict: Verdict) => number) => median(verdicts.map(of)).toFixed(0).padStart(7)
  const lines = [
    '',
    `from the call of authenticate() to the verdict, fake camera, warm cache, median of ${verdicts.length}, milliseconds`,
    ...parts.map((part) => `${part.padEnd(24)}${show((verdict) => verdict[part])}`),
    `${'total'.padEnd(24)}${show(total)}`,
    `longest task of the main thread while the camera was on, of all: ${Math.max(...verdicts.map(({ longestTask }) => longestTask))} (0: none of 50 or more)`,
  ]
  console.log(lines.join('\n'))
}

function printWeight(weighed: Awaited<ReturnType<typeof weighPage>>): void {
  const sum = (of: 'brotliBytes' | 'sentBytes', fits: (path: string) => boolean) =>
    weighed.filter(({ path }) => fits(path)).reduce((total, part) => total + part[of], 0)
  const kilobytes = (bytes: number) => (bytes / 1000).toFixed(1).padStart(9)
  const kinds = [
    ['scripts', (path: string) => /\.m?js$/.test(path)],
    ['WebAssembly', (path: string) => path.endsWith('.wasm')],
    ['models', (path: string) => path.startsWith('/models/')],
    ['all', () => true],
  ] as const
  const lines = [
    '',
    'fetched for the first verdict, KB (1000 bytes)',
    `${''.padEnd(24)}${'brotli'.padStart(9)}${'as sent'.padStart(9)}`,
    ...kinds.map(
      ([name, fits]) => `${name.padEnd(24)}${kilobytes(sum('brotliBytes', fits))}${kilobytes(sum('sentBytes', fits))}`,
    ),
    `${'scripts before worker'.padEnd(24)}${kilobytes(scriptBytesBeforeWorker(weighed))}`,
  ]
  console.log(lines.join('\n'))
}
