import { createRequire } from 'node:module'
import type axe from 'axe-core'
import { describe, expect, test } from 'vitest'
import { driveGallery, patience } from './widget-gallery/drive-gallery.ts'

const rig = driveGallery()
const { visit, open, show, expectLog, focused, press } = rig
const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** Every rule of WCAG 2.0 to 2.2, A and AA, and what is good practice beside them. */
const ruleTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

const violations = (): Promise<readonly string[]> =>
  rig.page.evaluate(async (values) => {
    const { run } = (globalThis as unknown as { axe: typeof axe }).axe
    const found = await run({ exclude: [['main']] }, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] })
    return found.violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))
  }, ruleTags)

describe('UI5: axe-core finds nothing in any state', () => {
  for (const language of ['en', 'ar'] as const) {
    for (const colorScheme of ['light', 'dark'] as const) {
      test(`${language}, ${colorScheme}`, { timeout: 240_000 }, async () => {
        await visit({ colorScheme, reducedMotion: 'reduce' })
        await rig.page.addScriptTag({ path: axePath })
        const found: string[] = []
        await rig.lookAtAll({ language, showCancel: true }, async (scene) => {
          found.push(...(await violations()).map((violation) => `${scene}: ${violation}`))
        })
        expect(found).toEqual([])
      })
    }
  }

  test('a fault is one that it would find', async () => {
    await visit()
    await rig.page.addScriptTag({ path: axePath })
    await open('consent')
    await rig.page.getByRole('button', { name: 'Close' }).evaluate((button) => button.removeAttribute('aria-label'))
    await rig.page.locator('[part=close]').evaluate((button) => button.removeAttribute('title'))
    expect((await violations()).join()).toContain('button-name')
  })
})

test('UI6: a keyboard alone leads from the first word to the last', async () => {
  await visit()
  await rig.page.keyboard.press('Tab')
  await open('consent')
  await press('Tab')
  expect(await focused()).toBe('I agree')
  await press('Enter')
  await expectLog(expect.stringMatching(/^accept/))
  await show('intro')
  await press('Tab')
  expect(await focused()).toBe('Start')
  await press('Enter')
  await expectLog('proceed')
  await show('new-pin')
  await rig.page.keyboard.type('0742')
  await press('Enter')
  await expectLog('pin 0742')
  await show('loading')
  await show('permission')
  await show('two-cameras')
  await press('Tab', 'Tab')
  expect(await focused()).toBe('Switch camera')
  await press('Space')
  await expectLog('camera front')
  await show('active-blink')
  expect(await focused()).toBe('Close your eyes for a moment')
  await press('Tab')
  await press('Enter')
  await expectLog('hold')
  await show('capturing')
  await show('deciding')
  await show('pin')
  await rig.page.keyboard.type('0742')
  await press('Enter')
  await show('retry-not-clear')
  await press('Tab')
  await press('Space')
  await expectLog('again')
  await show('failure-not-recognised')
  await press('Tab')
  expect(await focused()).toBe('Try again')
  await press('Enter')
  await show('enrolled')
  await press('Tab')
  expect(await focused()).toBe('Done')
  await press('Enter')
  await expectLog(`resolved ${'A'.repeat(43)}`)
  expect(await focused()).toBe('Open')
})

test('UI6: also where a passkey is asked for', async () => {
  await visit()
  await rig.page.keyboard.press('Tab')
  await open('passkey-or-pin')
  expect(await focused()).toBe('Use your passkey')
  await press('Tab')
  expect(await focused()).toBe('Use passkey')
  await press('Enter')
  await expectLog('passkey')
  await show('passkey-not-done')
  expect(await rig.page.getByRole('alert').textContent()).toContain('Try again')
  await press('Tab')
  expect(await focused()).toBe('Use PIN instead')
  await press('Space')
  await expectLog('rather pin')
  await show('pin-or-passkey')
  await rig.page.getByRole('button', { name: 'Use passkey instead' }).focus()
  await press('Enter')
  await expectLog('rather passkey')
  await show('new-passkey')
  await press('Tab')
  expect(await focused()).toBe('Add passkey')
  await press('Enter')
  await expectLog('add passkey')
  await press('Tab')
  expect(await focused()).toBe('Not now')
})

test('UI6: also where pictures are sent', async () => {
  await visit()
  await rig.page.keyboard.press('Tab')
  await open('consent-pictures')
  await press('Tab', 'Tab')
  await show('loading')
  await show('picture-notice')
  expect(await focused()).toBe('Pictures will be sent')
  await press('Tab')
  expect(await rig.page.getByRole('checkbox', { name: 'Without changing colours' }).isChecked()).toBe(false)
  await press('Space')
  await expectLog('colours false')
  await press('Tab')
  expect(await focused()).toBe('Continue')
  await press('Enter')
  await expectLog('proceed')
  await show('permission-pictures')
  await show('lit-positioning')
  await show('verifying-left')
  expect(await focused()).toBe('Turn your head to your left')
  await press('Tab', 'Tab')
  expect(await focused()).toBe('Without turning my head')
  await show('verifying-flash')
  expect(await focused()).toBe('Without turning my head')
  await press('Enter')
  await expectLog('without motion')
  await press('Shift+Tab', 'Space')
  await expectLog('without flashes')
  await show('lit-capturing')
  expect(await focused()).toBe('Hold still, capturing')
})

describe('a screen reader', () => {
  test('hears the last of many instructions, and not the ones that passed', async () => {
    await visit()
    await open('connecting')
    await rig.listen()
    await rig.page.evaluate(() => {
      const scenes = ['guidance-no-face', 'guidance-closer', 'guidance-no-face', 'guidance-more-light'] as const
      for (const scene of scenes) gallery.show(scene)
    })
    await expect.poll(rig.heard, patience).toContain('It is too dark here: find more light')
    expect(await rig.heard()).not.toContain('Come a little closer')
  })

  test('hears each thing that a script asks for, and that the camera is on', async () => {
    await visit()
    await open('permission-pictures')
    await rig.listen()
    await show('lit-positioning')
    for (const [scene, words] of [
      ['verifying-left', 'Turn your head to your left'],
      ['verifying-flash', 'Keep looking at the screen'],
      ['verifying-up', 'Tilt your head up'],
      ['verifying-guided', 'Bring your face into the oval'],
      ['lit-capturing', 'Hold still, capturing'],
    ] as const) {
      await show(scene)
      await expect.poll(rig.heard, patience).toContainEqual(expect.stringContaining(words))
    }
  })

  test('hears what a view says beside its heading', async () => {
    await visit()
    await open('deciding')
    await rig.listen()
    await show('failure-camera-denied')
    await expect.poll(rig.heard, patience).toContainEqual(expect.stringContaining('Allow the camera for this site'))
  })

  test('finds names, values and states on what it meets', async () => {
    await visit()
    await open('active-turn_left')
    const ring = rig.page.getByRole('progressbar', { name: 'Capture' })
    expect(await ring.getAttribute('aria-valuenow')).toBe('40')
    await show('loading')
    const bar = rig.page.getByRole('progressbar', { name: 'Loading' })
    expect(await bar.getAttribute('value')).toMatch(/^0\.45/)
  })
})

describe('everybody', () => {
  /** Smaller sides of everything that can be pressed. */
  const targets = (): Promise<readonly (readonly [string, number])[]> =>
    rig.page.locator('dialog :is(button, select, input)').evaluateAll((elements) =>
      elements
        .filter((element) => element.checkVisibility())
        .map((element) => {
          // The label of a check box answers to a finger too (WCAG 2.5.8).
          const target = (element.matches('[type=checkbox]') && element.closest('label')) || element
          const { width, height } = target.getBoundingClientRect()
          return [element.getAttribute('aria-label') ?? element.textContent, Math.min(width, height)] as const
        }),
    )
  const sidewaysOverflow = (): Promise<number> =>
    rig.page.locator('[part=view]').evaluate((view) => {
      const parts = [view, ...view.querySelectorAll('[part=content], [part=actions]')]
      return Math.max(...parts.map((part) => part.scrollWidth - part.clientWidth))
    })

  test('UI7: hits targets of 44 pixels and more, on a phone of 320 pixels too, without scrolling sideways', async () => {
    await visit({ viewport: { width: 320, height: 568 } })
    await rig.lookAtAll({ showCancel: true }, async (scene) => {
      for (const [name, size] of await targets()) expect(size, `${scene}: ${name}`).toBeGreaterThanOrEqual(44)
      expect(await sidewaysOverflow(), scene).toBe(0)
    })
  })

  /** Names of what cannot be scrolled to, or lies under something else. */
  const outOfReach = (): Promise<readonly string[]> =>
    rig.page.locator('dialog :is(button, select, input, [part=heading], [part=instruction])').evaluateAll((elements) =>
      elements
        .filter((element) => element.checkVisibility({ visibilityProperty: true }))
        .filter((element) => {
          element.scrollIntoView({ block: 'center' })
          const { left, right, top, bottom, x, y, width, height } = element.getBoundingClientRect()
          const isInside = left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight
          const hit = (element.getRootNode() as ShadowRoot).elementFromPoint(x + width / 2, y + height / 2)
          return !isInside || !(element.contains(hit) || hit?.contains(element))
        })
        .map((element) => element.getAttribute('aria-label') ?? element.textContent),
    )

  test.for([
    { width: 390, height: 844 },
    { width: 320, height: 568 },
    { width: 844, height: 390 },
    { width: 1280, height: 800 },
  ])('UI7: reads text of twice the size: $width x $height', async (viewport) => {
    await visit({ viewport, reducedMotion: 'reduce' })
    const settings = await rig.page.context().newCDPSession(rig.page)
    await settings.send('Page.setFontSizes', { fontSizes: { standard: 32 } })
    await rig.lookAtAll({ showCancel: true }, async (scene) => {
      expect(await outOfReach(), scene).toEqual([])
      expect(await sidewaysOverflow(), scene).toBe(0)
    })
  })

  /** Ratio of each text's colour to what lies behind it, by the formula of WCAG 2.2 (relative luminance). */
  const lowestContrast = (): Promise<readonly [string, number]> =>
    rig.page.locator('dialog').evaluate((dialog) => {
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
      await rig.lookAtAll({ showCancel: true }, async (scene) => {
        const [text, ratio] = await lowestContrast()
        expect(ratio, `${scene}: ${text}`).toBeGreaterThanOrEqual(4.5)
      })
    },
  )

  test('UI8: sees nothing move who asked for that', async () => {
    await visit({ reducedMotion: 'reduce' })
    await rig.lookAtAll({}, async (scene) => {
      const moving = await rig.page.evaluate(() => document.getAnimations().length)
      expect(moving, scene).toBe(0)
    })
  })
})
