/**
 * Pictures of every state of the widget and of the demo, to look at: `npx tsx --conditions=source test/e2e/screenshots.ts [PATTERN]`.
 * They land in test/screenshots/, which is not in the repository. So are those of the enrolment page, as it was built last. With
 * `MIEN_URL` the demo of that server is pictured too.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../rig/chromium.ts'
import { serveSource } from '../rig/serve-source.ts'
import { startFolderSite } from '../rig/site.ts'
import { enrolmentScenes, openEnrolmentScene } from './enrolment-scenes.ts'
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

/** Everything that looks different: pictured on a phone and on a desktop, in both schemes. */
const scenes: readonly SceneName[] = [
  'connecting',
  'loading',
  'consent',
  'consent-terms',
  'consent-terms-arabic',
  'consent-details',
  'consent-pictures',
  'picture-notice',
  'intro',
  'permission',
  'new-pin',
  'new-pin-weak',
  'guidance-no-face',
  'guidance-left',
  'guidance-uncover-mouth',
  'two-cameras',
  'three-cameras',
  'camera-refused',
  'active-turn_left',
  'active-second',
  'active-blink',
  'active-come_closer',
  'active-guided',
  'active-hold',
  'lit-positioning',
  'verifying-left',
  'verifying-flash',
  'verifying-guided',
  'lit-capturing',
  'capturing',
  'deciding',
  'pin',
  'pin-wrong',
  'passkey',
  'passkey-open',
  'passkey-not-done',
  'pin-or-passkey',
  'new-passkey',
  'new-passkey-not-done',
  'retry-not-clear',
  'enrolled',
  'live',
  'under-age',
  'offline-loading',
  'offline-positioning',
  'offline-recognised',
  'offline-draft',
  'offline-refused',
  'offline-cannot-clock',
  'failure-camera-denied',
  'failure-not-recognised',
  'failure-site-fault',
]

const screenLanguages = ['en', 'ar', 'ja', 'de'] as const
const shapes: readonly (readonly [Device, Scheme])[] = [
  ['phone', 'light'],
  ['phone', 'dark'],
  ['desktop', 'light'],
  ['desktop', 'dark'],
]

interface Shot {
  readonly name: string
  readonly scene: SceneName
  readonly device: Device
  readonly scheme: Scheme
  readonly options?: GalleryOptions
  readonly forcedColors?: 'active'
  /** Size of the browser's text, in pixels. */
  readonly textSize?: number
}

const shot = (scene: SceneName, device: Device, scheme: Scheme, extra: Partial<Shot> = {}): Shot => ({
  name: `widget-${scene}-${device}-${scheme}`,
  scene,
  device,
  scheme,
  ...extra,
})

const shots: readonly Shot[] = [
  ...screenLanguages.flatMap((language) =>
    scenes.flatMap((scene) =>
      shapes.map(([device, scheme]) =>
        shot(scene, device, scheme, {
          name: `widget-${language}-${scene}-${device}-${scheme}`,
          options: { language, showCancel: true },
        }),
      ),
    ),
  ),
  ...scenes.flatMap((scene) => [
    shot(scene, 'sideways', 'light'),
    shot(scene, 'small', 'light'),
    shot(scene, 'phone', 'light', { name: `widget-${scene}-forced-colors`, forcedColors: 'active' }),
    shot(scene, 'phone', 'light', { name: `widget-${scene}-large-text`, textSize: 32 }),
  ]),
]

async function takeWidgetShot(browser: Browser, address: string, { name, scene, device, scheme, ...extra }: Shot) {
  const page = await browser.newPage({
    viewport: devices[device],
    colorScheme: scheme,
    forcedColors: extra.forcedColors ?? 'none',
  })
  if (extra.textSize !== undefined) {
    const browserSettings = await page.context().newCDPSession(page)
    await browserSettings.send('Page.setFontSizes', { fontSizes: { standard: extra.textSize } })
  }
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

async function takeEnrolmentShots(browser: Browser, address: string): Promise<void> {
  const looks = [
    ...shapes.map(([device, colorScheme]) => ({ device, colorScheme, locale: 'en' })),
    { device: 'phone', colorScheme: 'light', locale: 'ar' },
    { device: 'small', colorScheme: 'light', locale: 'de' },
    { device: 'sideways', colorScheme: 'dark', locale: 'ja' },
  ] as const
  for (const scene of enrolmentScenes) {
    for (const { device, ...look } of looks) {
      const name = `enrolment-${scene}-${look.locale}-${device}-${look.colorScheme}`
      if (!filter.test(name)) continue
      const page = await browser.newPage({ viewport: devices[device], ...look })
      await openEnrolmentScene(page, address, scene)
      await settle(page)
      await page.screenshot({ path: join(folder, `${name}.png`) })
      await page.close()
    }
  }
}

const filter = new RegExp(process.argv[2] ?? '')
await mkdir(folder, { recursive: true })
const site = await serveSource(join(import.meta.dirname, 'widget-gallery'))
const built = await startFolderSite(join(import.meta.dirname, '..', '..', 'packages', 'client', 'dist', 'web'))
const browser = await launchChromium()
try {
  for (const each of shots) if (filter.test(each.name)) await takeWidgetShot(browser, site.origin, each)
  await takeEnrolmentShots(browser, built.origin)
  const demo = process.env.MIEN_URL
  if (demo) await takeDemoShots(browser, demo)
} finally {
  await browser.close()
  await Promise.all([site.close(), built.close()])
}
