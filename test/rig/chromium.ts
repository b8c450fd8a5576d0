import { type Browser, type BrowserContext, chromium, type LaunchOptions } from 'playwright-core'
import { findChromium } from './chromium-binary.ts'

/**
 * Denied: there is a camera, and the person says no. `startsAnew`: the clip begins when it is looked at, for one capture of somebody
 * who moves.
 */
export type Camera = { readonly clip: string; readonly startsAnew?: boolean } | 'none' | 'denied'

export interface ChromiumOptions {
  /** A clip: absolute path of an .mjpeg that the camera plays in a loop at 30 frames a second. None by default. */
  readonly camera?: Camera
  /** Offers WebGPU on the software adapter (SwiftShader): right answers, 50 to 200 times slower. */
  readonly webGpu?: boolean
  /** Address of a proxy that sees every request of the browser, loopback included. */
  readonly proxy?: string
}

/** Nothing leaves the machine: names other than localhost do not resolve, and the browser's own services are off. */
const baseArgs = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
  '--no-first-run',
  '--no-pings',
]

/** The headless shell has no permission prompt of its own, only the fake one: the answer is a matter of launch. */
function cameraArgs(camera: Camera): readonly string[] {
  if (camera === 'none') return ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream=device-count=0']
  if (camera === 'denied') return ['--use-fake-ui-for-media-stream=deny', '--use-fake-device-for-media-stream']
  const file = `--use-file-for-fake-video-capture=${camera.clip}`
  return ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', file]
}

/**
 * Alone, the fake camera begins its clip anew each time that it is opened, so that two captures would be made of the very same
 * frames, which no real camera gives and the server refuses as a replay. Whoever opens it while another page looks finds it playing.
 */
async function keepPlaying(opened: Browser | BrowserContext): Promise<void> {
  const page = await opened.newPage()
  // Any address will do that a browser takes for secure; nothing is asked there.
  await page.route('http://localhost/', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }))
  await page.goto('http://localhost/')
  const video = { width: 640, height: 480, frameRate: 30 }
  await page.evaluate(async (wanted) => {
    Object.assign(window, { kept: await navigator.mediaDevices.getUserMedia({ video: wanted }) })
  }, video)
}

/** One camera per launch. */
export async function launchChromium(options: ChromiumOptions = {}): Promise<Browser> {
  const browser = await chromium.launch(await launchOptions(options))
  if (mayPlayOn(options)) await keepPlaying(browser)
  return browser
}

/** With a profile that is there again the next time. @param folder where it lies; made where it is not there */
export async function openProfile(folder: string, options: ChromiumOptions = {}): Promise<BrowserContext> {
  const context = await chromium.launchPersistentContext(folder, await launchOptions(options))
  if (mayPlayOn(options)) await keepPlaying(context)
  return context
}

async function launchOptions(options: ChromiumOptions): Promise<LaunchOptions> {
  const { executablePath, env } = await findChromium()
  return {
    executablePath,
    headless: true,
    env: { ...definedOnly(process.env), ...env },
    args: [...baseArgs, ...cameraArgs(options.camera ?? 'none'), ...(options.webGpu ? ['--enable-unsafe-webgpu'] : [])],
    ...(options.proxy === undefined ? {} : { proxy: { server: options.proxy, bypass: '<-loopback>' } }),
  }
}

const mayPlayOn = ({ camera }: ChromiumOptions): boolean => typeof camera === 'object' && !camera.startsAnew

const definedOnly = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined))
