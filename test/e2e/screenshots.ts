/**
 * Pictures of every state of the widget and of the demo, to look at: `npx tsx --conditions=source test/e2e/screenshots.ts [FILTER]`.
 * They land in test/screenshots/, which is not in the repository. With `MIEN_URL` the demo of that server is pictured too.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../rig/chromium.ts'
import { serveSource } from '../rig/serve-source.ts'
import type { GalleryOptions } from './widget-gallery/gallery.ts'
import type { SceneName } from './widget-gallery/scenes.ts'

const folder = join(import.meta.dirname, '..', 'screenshots')

const devices = {
  phone: { width: 390, height: 844 },
  desktop: { width: 1280, height: 800 },
  sideways: { width: 844, height: 390 },
  small: { width: 320, height: 568 },
} as const
type Device = keyof typeof devices
type Scheme = 'light' | 'dark'

const scenes: readonly SceneName[] = [
  'connecting',
  'loading',
  'consent',
  'permission',
  'new-pin',
  'new-pin-weak',
  'no-face',
  'closer',
  'capturing',
  'deciding',
  'pin-wrong',
  'retry',
  'enrolled',
  'recognised',
  'camera-denied',
  'not-recognised',
  'site-fault',
]

interface Shot {
  readonly name: string
  readonly scene: SceneName
  readonly device: Device
  readonly scheme: Scheme
  readonly options?: GalleryOptions
  readonly forcedColors?: 'active'
}

const shot = (scene: SceneName, device: Device, scheme: Scheme, extra: Partial<Shot> = {}): Shot => ({
  name: `widget-${scene}-${device}-${scheme}`,
  scene,
  device,
  scheme,
  ...extra,
})

const shots: readonly Shot[] = [
  ...scenes.flatMap((scene) => [shot(scene, 'phone', 'light'), shot(scene, 'desktop', 'dark')]),
  ...(['consent', 'closer', 'not-recognised'] as const).flatMap((scene) => [
    shot(scene, 'phone', 'dark'),
    shot(scene, 'desktop', 'light'),
    shot(scene, 'sideways', 'light'),
    shot(scene, 'small', 'light'),
    shot(scene, 'phone', 'light', { name: `widget-${scene}-rtl`, options: { direction: 'rtl', showCancel: true } }),
    shot(scene, 'phone', 'light', { name: `widget-${scene}-forced-colors`, forcedColors: 'active' }),
  ]),
  shot('pin-wrong', 'phone', 'light', { name: 'widget-pin-rtl', options: { direction: 'rtl' } }),
  shot('loading', 'phone', 'light', { name: 'widget-loading-cancel', options: { showCancel: true } }),
]

async function takeWidgetShot(browser: Browser, address: string, { name, scene, device, scheme, ...extra }: Shot) {
  const page = await browser.newPage({
    viewport: devices[device],
    colorScheme: scheme,
    forcedColors: extra.forcedColors ?? 'none',
  })
  await page.goto(address)
  await page.waitForFunction(() => 'gallery' in globalThis)
  await page.evaluate(({ scene, options }) => gallery.open(scene, options), { scene, options: extra.options })
  await settle(page)
  await page.screenshot({ path: join(folder, `${name}.png`) })
  await page.close()
}

/** Entrance animations and the preview's first frame. */
const settle = (page: Page): Promise<void> => page.waitForTimeout(500)

async function takeDemoShots(browser: Browser, address: string): Promise<void> {
  for (const device of ['phone', 'desktop'] as const) {
    for (const scheme of ['light', 'dark'] as const) {
      const page = await browser.newPage({ viewport: devices[device], colorScheme: scheme })
      await page.goto(address)
      await settle(page)
      await page.screenshot({ path: join(folder, `demo-welcome-${device}-${scheme}.png`), fullPage: true })
      await page.close()
    }
  }
}

const filter = process.argv[2] ?? ''
await mkdir(folder, { recursive: true })
const site = await serveSource(join(import.meta.dirname, 'widget-gallery'))
const browser = await launchChromium()
try {
  for (const each of shots) if (each.name.includes(filter)) await takeWidgetShot(browser, site.origin, each)
  const demo = process.env.MIEN_URL
  if (demo) await takeDemoShots(browser, demo)
} finally {
  await browser.close()
  await site.close()
}
