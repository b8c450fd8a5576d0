import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { launchChromium } from '../rig/chromium.ts'
import { serveSource } from '../rig/serve-source.ts'
import type { Site } from '../rig/site.ts'
import type { GalleryOptions } from './widget-gallery/gallery.ts'
import type { SceneName } from './widget-gallery/scenes.ts'

/** Nothing here waits that long unless it is broken. */
const patience = { timeout: 30_000 }

const phone = { width: 390, height: 844 } as const

const allScenes: readonly SceneName[] = [
  'connecting',
  'loading',
  'starting',
  'consent',
  'permission',
  'new-pin',
  'new-pin-weak',
  'no-face',
  'closer',
  'capturing',
  'deciding',
  'pin',
  'pin-wrong',
  'retry',
  'enrolled',
  'camera-denied',
  'site-fault',
  'spoof',
]

let site: Site
let browser: Browser
let page: Page

beforeAll(async () => {
  site = await serveSource(join(import.meta.dirname, 'widget-gallery'))
  browser = await launchChromium()
})
afterEach(() => page?.close())
afterAll(async () => {
  await browser?.close()
  await site?.close()
})

async function visit(options: BrowserContextOptions = {}): Promise<void> {
  page = await browser.newPage({ viewport: phone, ...options })
  await page.goto(site.origin)
  await page.waitForFunction(() => 'gallery' in globalThis)
}

/** Opens the widget as a click on the page's button does. */
async function open(scene: SceneName, options: GalleryOptions = {}): Promise<Locator> {
  await page.focus('#opener')
  await page.evaluate(({ scene, options }) => gallery.open(scene, options), { scene, options })
  return page.getByRole('dialog')
}

const show = (scene: SceneName): Promise<void> => page.evaluate((next) => gallery.show(next), scene)

const log = (): Promise<readonly string[]> => page.evaluate(() => [...gallery.log])

/** Waits for what the page hears, so that a slow machine is only slow. */
const expectLog = (entry: string): Promise<void> => expect.poll(log, patience).toContain(entry)

/** Name of what has the focus, through the widget's shadow root. */
const focused = (): Promise<string> =>
  page.evaluate(() => {
    const host = document.activeElement
    const inner = host?.shadowRoot?.activeElement ?? host
    return inner?.getAttribute('aria-label') ?? inner?.textContent ?? ''
  })

describe('the dialog', () => {
  test('is modal, has a name and the language and direction of its words', async () => {
    await visit()
    const dialog = await open('consent', { direction: 'rtl' })
    expect(await dialog.getAttribute('aria-modal')).toBe('true')
    expect(await page.getByRole('dialog', { name: 'Set up face sign-in' }).count()).toBe(1)
    expect([await dialog.getAttribute('lang'), await dialog.getAttribute('dir')]).toEqual(['en', 'rtl'])
  })

  test('keeps the page behind it out of reach of mouse and keyboard', async () => {
    await visit()
    await open('consent')
    await expect(page.click('#opener', { timeout: 500 })).rejects.toThrow()
    await page.evaluate(() => document.getElementById('opener')?.focus())
    expect(await focused()).not.toBe('Open')
  })

  test('moves the focus to the heading of each new view', async () => {
    await visit()
    await open('consent')
    expect(await focused()).toBe('Before we look at your face')
    await show('permission')
    expect(await focused()).toBe('Allow the camera')
    await show('pin')
    expect(await page.locator('input:focus').count()).toBe(1)
  })

  test('lets Tab and Shift+Tab go round, wherever they begin', async () => {
    await visit()
    await open('retry')
    const forward: string[] = []
    for (let i = 0; i < 4; i++) {
      await page.keyboard.press('Tab')
      forward.push(await focused())
    }
    expect(forward).toEqual(['Try again', 'Cancel', 'Close', 'Try again'])
    await page.keyboard.press('Shift+Tab')
    expect(await focused()).toBe('Close')
    await page.keyboard.press('Shift+Tab')
    expect(await focused()).toBe('Cancel')
    await show('deciding')
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('Close')
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('Close')
  })

  test.for(['Escape', 'the close button', 'the Cancel button'])(
    'ends with ABORTED by %s, and gives the focus back',
    async (way) => {
      await visit()
      const dialog = await open('loading', { showCancel: true })
      if (way === 'Escape') await page.keyboard.press('Escape')
      else await page.getByRole('button', { name: way === 'the close button' ? 'Close' : 'Cancel' }).click()
      await expectLog('rejected ABORTED')
      expect(await dialog.count()).toBe(0)
      expect(await focused()).toBe('Open')
    },
  )

  test('wears its styles on a page that allows none', async () => {
    await visit()
    const dialog = await open('consent')
    expect(await dialog.evaluate((element) => getComputedStyle(element).overflow)).toBe('hidden')
    expect((await dialog.boundingBox())?.width).toBe(phone.width)
  })
})

test('a dialog that the browser does not show leaves nothing behind', async () => {
  await visit()
  await page.evaluate(() => {
    HTMLDialogElement.prototype.showModal = () => {
      throw new DOMException('no', 'InvalidStateError')
    }
  })
  await open('consent')
  await expectLog('rejected UI_NOT_READY')
  expect(await page.locator('[data-mien-widget]').count()).toBe(0)
})

describe('a screen reader', () => {
  /** Everything the live region says from now on. */
  const listen = (): Promise<void> =>
    page.evaluate(() => {
      const region = document.querySelector('[data-mien-widget]')?.shadowRoot?.querySelector('[role=status]')
      const heard: string[] = []
      Object.assign(globalThis, { heard })
      if (region) new MutationObserver(() => heard.push(region.textContent)).observe(region, { childList: true })
    })
  const heard = (): Promise<readonly string[]> => page.evaluate('heard')

  test('hears the last of many instructions, and not the ones that passed', async () => {
    await visit()
    await open('connecting')
    await listen()
    await page.evaluate(() => {
      for (const scene of ['no-face', 'closer', 'no-face', 'more-light'] as const) gallery.show(scene)
    })
    await expect.poll(heard, patience).toContain('It is too dark here: find more light')
    expect(await heard()).not.toContain('Come a little closer')
  })

  test('hears what a view says beside its heading', async () => {
    await visit()
    await open('deciding')
    await listen()
    await show('camera-denied')
    await expect.poll(heard, patience).toContainEqual(expect.stringContaining('Allow the camera for this site'))
  })

  test('finds names, values and states on what it meets', async () => {
    await visit()
    await open('closer')
    const ring = page.getByRole('progressbar', { name: 'Capture' })
    expect(await ring.getAttribute('aria-valuenow')).toBe('35')
    expect(await page.getByRole('combobox', { name: 'Camera' }).locator('option').allTextContents()).toEqual([
      'FaceTime HD Camera',
      'Camera 2',
    ])
    await show('loading')
    expect(await page.getByRole('progressbar', { name: 'Loading' }).getAttribute('value')).toMatch(/^0\.45/)
  })
})

describe('consent', () => {
  /** The text of each element that holds text and nothing else, in order. */
  const lines = (content: Element): string[] =>
    [...content.querySelectorAll('*')]
      .filter((part) => part.childElementCount === 0 && part.textContent)
      .map((part) => part.textContent)

  test('hands over exactly the words that were on the screen', async () => {
    await visit()
    await open('consent')
    const seen = await page.locator('[part=content]').evaluate(lines)
    await page.getByRole('button', { name: 'I agree' }).click()
    const accepted = (await log()).find((entry) => entry.startsWith('accept'))
    expect(accepted?.replace('accept en ', '').split('\n')).toEqual(seen)
    expect(seen.join()).toContain('Harbour Library')
  })

  test('declined, needs no explanation: the dialog closes', async () => {
    await visit()
    const dialog = await open('consent')
    await page.getByRole('button', { name: 'No, thanks' }).click()
    expect(await log()).toContain('decline')
    await show('declined')
    await expectLog('rejected CONSENT_DECLINED')
    expect(await dialog.count()).toBe(0)
  })
})

describe('the camera', () => {
  test('shows a mirror image that stays the same element while capturing', async () => {
    await visit({ reducedMotion: 'reduce' })
    await open('no-face')
    const video = page.locator('video')
    expect(await video.evaluate((element) => getComputedStyle(element).transform)).toBe('matrix(-1, 0, 0, 1, 0, 0)')
    await video.evaluate((element) => element.setAttribute('data-same', ''))
    const before = await page.locator('[part=stage]').boundingBox()
    await show('capturing')
    expect(await page.locator('video[data-same]').count()).toBe(1)
    expect(await page.locator('[part=stage]').boundingBox()).toEqual(before)
  })

  test('lets go of the picture when its view goes', async () => {
    await visit()
    await open('no-face')
    const video = await page.locator('video').elementHandle()
    await show('deciding')
    expect(await video?.evaluate((element) => (element as HTMLVideoElement).srcObject)).toBeNull()
  })

  test('can be another one', async () => {
    await visit()
    await open('closer')
    await page.getByRole('combobox', { name: 'Camera' }).selectOption('desk')
    expect(await log()).toContain('camera desk')
  })
})

describe('a PIN', () => {
  test('is typed, shown, and sent with Enter', async () => {
    await visit()
    await open('pin')
    const field = page.getByLabel('PIN', { exact: true })
    await field.fill('0742')
    await page.getByRole('button', { name: 'Show PIN' }).click()
    expect(await field.getAttribute('type')).toBe('text')
    await field.press('Enter')
    expect(await log()).toContain('pin 0742')
  })

  test('that was wrong is said so, with the tries that are left', async () => {
    await visit()
    await open('pin')
    await show('pin-wrong')
    expect(await page.getByRole('alert').textContent()).toBe('This PIN is not right. 1 try left')
    expect(await page.getByLabel('PIN', { exact: true }).getAttribute('aria-invalid')).toBe('true')
  })

  test('can be left out only where the application lets people', async () => {
    await visit()
    await open('new-pin')
    await page.getByRole('button', { name: 'Continue without a PIN' }).click()
    expect(await log()).toContain('skip')
    await show('new-pin-weak')
    expect(await page.getByRole('button', { name: 'Continue without a PIN' }).count()).toBe(0)
  })
})

describe('the end', () => {
  test('a success closes by itself and resolves', async () => {
    await visit()
    const dialog = await open('deciding')
    await show('enrolled')
    expect(await focused()).toBe('All set')
    await expectLog(`resolved ${'A'.repeat(43)}`)
    expect(await dialog.count()).toBe(0)
  })

  test('a failure stays until it is closed, and then rejects', async () => {
    await visit()
    const dialog = await open('deciding')
    await show('not-recognised')
    expect(await log()).toEqual(['start'])
    await dialog.locator('footer').getByRole('button', { name: 'Close' }).click()
    await expectLog('rejected not_recognised')
  })

  test('a failure that another try can mend offers one, in the same dialog', async () => {
    await visit()
    await open('not-recognised')
    await page.getByRole('button', { name: 'Try again' }).click()
    expect(await log()).toEqual(['start', 'start'])
    expect(await focused()).toBe('Getting ready')
    await show('site-fault')
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0)
    expect(await page.locator('code').textContent()).toBe('UNAUTHORIZED')
  })

  test.for([
    ['loading', 'rejected ABORTED'],
    ['not-recognised', 'rejected not_recognised'],
  ] as const)('the page can close it while it shows %s', async ([scene, ending]) => {
    await visit()
    const dialog = await open(scene)
    await page.evaluate(() => gallery.abort())
    await expectLog(ending)
    expect(await dialog.count()).toBe(0)
  })

  test('a failure rejects at once where the page shows failures itself', async () => {
    await visit()
    const dialog = await open('deciding', { failureSeconds: 0 })
    await show('not-recognised')
    await expectLog('rejected not_recognised')
    expect(await dialog.count()).toBe(0)
  })
})

describe('everybody', () => {
  /** Smaller sides of everything that can be pressed. */
  const targets = (): Promise<readonly [string, number][]> =>
    page.locator('dialog :is(button, select, input)').evaluateAll((elements) =>
      elements
        .filter((element) => element.checkVisibility())
        .map((element) => {
          const { width, height } = element.getBoundingClientRect()
          return [element.getAttribute('aria-label') ?? element.textContent, Math.min(width, height)] as [
            string,
            number,
          ]
        }),
    )

  test('hits targets of 44 pixels and more, on a phone of 320 pixels too, without scrolling sideways', async () => {
    await visit({ viewport: { width: 320, height: 568 } })
    await open('connecting', { showCancel: true, failureSeconds: 600 })
    for (const scene of allScenes.filter((name) => name !== 'enrolled')) {
      await show(scene)
      for (const [name, size] of await targets()) expect(size, `${scene}: ${name}`).toBeGreaterThanOrEqual(44)
      const overflow = await page.locator('[part=view]').evaluate((view) => view.scrollWidth - view.clientWidth)
      expect(overflow, scene).toBe(0)
    }
  })

  /** Ratio of each text's colour to what lies behind it, by the formula of WCAG 2.2 (relative luminance). */
  const lowestContrast = (): Promise<readonly [string, number]> =>
    page.locator('dialog').evaluate((dialog) => {
      const numbers = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number)
      const channel = (value: number) =>
        value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4
      const luminance = ([r = 0, g = 0, b = 0]: number[]) =>
        0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b)
      const behind = (element: Element | null): number[] => {
        const colour = element ? numbers(getComputedStyle(element).backgroundColor) : [0, 0, 0]
        return element && colour[3] === 0 ? behind(element.parentElement) : colour
      }
      const ratio = (element: Element) => {
        const [light = 0, dark = 0] = [numbers(getComputedStyle(element).color), behind(element)]
          .map(luminance)
          .sort((a, b) => b - a)
        return (light + 0.05) / (dark + 0.05)
      }
      const texts = [...dialog.querySelectorAll('*')].filter(
        (element) =>
          element.checkVisibility() &&
          [...element.childNodes].some((node) => node.nodeType === 3 && node.nodeValue?.trim()),
      )
      return (
        texts.map((element) => [element.textContent, ratio(element)] as const).sort((a, b) => a[1] - b[1])[0] ?? [
          '',
          21,
        ]
      )
    })

  test.for(['light', 'dark'] as const)(
    'reads every text with a contrast of 4.5 and more, in %s',
    async (colorScheme) => {
      await visit({ colorScheme, reducedMotion: 'reduce' })
      await open('connecting', { showCancel: true, failureSeconds: 600 })
      for (const scene of allScenes.filter((name) => name !== 'enrolled')) {
        await show(scene)
        const [text, ratio] = await lowestContrast()
        expect(ratio, `${scene}: ${text}`).toBeGreaterThanOrEqual(4.5)
      }
    },
  )

  test('sees nothing move who asked for that', async () => {
    await visit({ reducedMotion: 'reduce' })
    await open('connecting', { failureSeconds: 600 })
    for (const scene of allScenes.filter((name) => name !== 'enrolled')) {
      await show(scene)
      const moving = await page.evaluate(() => document.getAnimations().length)
      expect(moving, scene).toBe(0)
    }
  })
})
