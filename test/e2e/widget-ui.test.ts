import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Route } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { driveGallery, patience, phone } from './widget-gallery/drive-gallery.ts'

const rig = driveGallery()
const { visit, open, show, log, expectLog, focused, press } = rig

describe('the dialog', () => {
  test('is modal, has a name and the language and direction of its words', async () => {
    await visit()
    const dialog = await open('consent', { direction: 'rtl' })
    expect(await dialog.getAttribute('aria-modal')).toBe('true')
    expect(await rig.page.getByRole('dialog', { name: 'Set up face sign-in' }).count()).toBe(1)
    expect([await dialog.getAttribute('lang'), await dialog.getAttribute('dir')]).toEqual(['en', 'rtl'])
  })

  test('keeps the page behind it out of reach of mouse and keyboard', async () => {
    await visit()
    await open('consent')
    await expect(rig.page.click('#opener', { timeout: 500 })).rejects.toThrow()
    await rig.page.evaluate(() => document.getElementById('opener')?.focus())
    expect(await focused()).not.toBe('Open')
  })

  test('moves the focus to the heading of each new view', async () => {
    await visit()
    await open('consent')
    expect(await focused()).toBe('Before we look at your face')
    await show('permission')
    expect(await focused()).toBe('Allow the camera')
    await show('pin')
    expect(await rig.page.locator('input:focus').count()).toBe(1)
  })

  test('lets Tab and Shift+Tab go round, wherever they begin', async () => {
    await visit()
    await open('retry-not-clear')
    const forward: string[] = []
    for (let i = 0; i < 4; i++) {
      await press('Tab')
      forward.push(await focused())
    }
    expect(forward).toEqual(['Try again', 'Cancel', 'Close', 'Try again'])
    await press('Shift+Tab')
    expect(await focused()).toBe('Close')
    await press('Shift+Tab')
    expect(await focused()).toBe('Cancel')
    await show('deciding')
    await press('Tab')
    expect(await focused()).toBe('Close')
    await press('Tab')
    expect(await focused()).toBe('Close')
  })

  test.for(['Escape', 'the close button', 'the Cancel button'])(
    'ends with ABORTED by %s, and gives the focus back',
    async (way) => {
      await visit()
      const dialog = await open('loading', { showCancel: true })
      if (way === 'Escape') await press('Escape')
      else await rig.page.getByRole('button', { name: way === 'the close button' ? 'Close' : 'Cancel' }).click()
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

describe('a dialog that the browser does not show leaves nothing behind', () => {
  test('because it cannot', async () => {
    await visit()
    await rig.page.evaluate(() => {
      HTMLDialogElement.prototype.showModal = () => {
        throw new DOMException('no', 'InvalidStateError')
      }
    })
    await open('consent')
    await expectLog('rejected UI_NOT_READY')
    expect(await rig.page.locator('[data-mien-widget]').count()).toBe(0)
  })

  test('because the page hides the place for it', async () => {
    await visit()
    await rig.page.evaluate(() => document.getElementById('place')?.toggleAttribute('hidden', true))
    await open('consent', { container: '#place' })
    await expectLog('rejected UI_NOT_READY')
    expect(await rig.page.locator('[data-mien-widget]').count()).toBe(0)
    await rig.page.click('#opener')
  })
})

describe('views that are fetched later', () => {
  const lateViews = '**/late-views-*.js'

  test('are on their way before they are needed', async () => {
    await visit()
    const fetched = rig.page.waitForRequest(lateViews)
    await open('connecting')
    await fetched
  })

  test('leave no gap before the consent: what is on stays, and then the consent has the focus', async () => {
    await visit()
    const asked = new Promise<Route>((resolve) => rig.page.route(lateViews, resolve))
    await rig.page.evaluate(() => void gallery.open('connecting'))
    await expect.poll(focused, patience).toBe('Getting ready')
    await rig.page.evaluate(() => {
      const seen: string[] = []
      Object.assign(globalThis, { seen })
      const look = (): void => {
        const shadow = document.querySelector('[data-mien-widget]')?.shadowRoot
        const now = `${shadow?.querySelector('h2:not([id])')?.textContent} / ${shadow?.activeElement?.textContent}`
        if (seen.at(-1) !== now) seen.push(now)
        requestAnimationFrame(look)
      }
      look()
    })
    await show('consent')
    const route = await asked
    await rig.page.waitForTimeout(100)
    expect(await focused()).toBe('Getting ready')
    await route.continue()
    await expect.poll(focused, patience).toBe('Before we look at your face')
    const each = ['Getting ready', 'Before we look at your face'].map((heading) => `${heading} / ${heading}`)
    expect(await rig.page.evaluate('seen')).toEqual(each)
  })

  test('that cannot be had end the ceremony with a failure that says what helps', async () => {
    await visit()
    await rig.page.route(lateViews, (route) => route.abort())
    await open('connecting')
    await show('intro')
    await expect.poll(focused, patience).toBe('Something went wrong here')
    expect(await rig.page.locator('[part=text]').textContent()).toContain('reload the page')
  })

  test.for([
    ['arrive', (route: Route) => route.continue()],
    ['fail', (route: Route) => route.abort()],
  ] as const)('and %s when the person has left change nothing any more', async ([how, goOn]) => {
    await visit()
    const asked = new Promise<Route>((resolve) => rig.page.route(lateViews, resolve))
    const intervals = await rig.page.evaluateHandle(() => {
      const running = new Set<unknown>()
      const [set, clear] = [globalThis.setInterval, globalThis.clearInterval]
      globalThis.setInterval = ((...args: Parameters<typeof set>) => {
        const id = set(...args)
        running.add(id)
        return id
      }) as typeof set
      globalThis.clearInterval = (id) => {
        running.delete(id)
        clear(id)
      }
      return running
    })
    await rig.page.focus('#opener')
    await rig.page.evaluate(() => void gallery.open('intro', { failureSeconds: 0.2 }))
    const route = await asked
    await press('Escape')
    await expectLog('rejected ABORTED')
    await rig.page.evaluate(() => (document.activeElement as HTMLElement).blur())
    const { page } = rig
    const ended = how === 'fail' ? page.waitForEvent('requestfailed') : page.waitForEvent('requestfinished')
    await goOn(route)
    await ended
    // Longer than the failure would stay.
    await rig.page.waitForTimeout(700)
    expect(await intervals.evaluate((running) => running.size)).toBe(0)
    expect(await rig.page.evaluate(() => document.activeElement === document.body)).toBe(true)
  })
})

describe('CE72: a page that takes the dialog away', () => {
  test.for(['#place', 'body'])('by swapping the content of %s ends the ceremony with ABORTED', async (place) => {
    await visit()
    await open('guidance-closer', { container: place })
    await rig.page.evaluate((place) => document.querySelector(place)?.replaceChildren(), place)
    await expectLog('rejected ABORTED')
  })

  test('and puts it elsewhere at once does not end it', async () => {
    await visit()
    await open('consent')
    await rig.page.evaluate(() => {
      const host = document.querySelector('[data-mien-widget]')
      if (host) document.getElementById('place')?.append(host)
    })
    expect(await log()).toEqual(['start'])
    await rig.page.getByRole('button', { name: 'No, thanks' }).click()
    await expectLog('decline')
  })
})

describe('a page', () => {
  const background = (): Promise<string> =>
    rig.page.getByRole('dialog').evaluate((element) => getComputedStyle(element).backgroundColor)
  const light = 'rgb(255, 255, 255)'
  const dark = 'rgb(21, 27, 25)'

  test.for([
    ['auto', 'light', light],
    ['auto', 'dark', dark],
    ['light', 'dark', light],
    ['dark', 'light', dark],
  ] as const)('that says %s is shown on a %s device accordingly', async ([theme, colorScheme, colour]) => {
    await visit({ colorScheme })
    await open('consent', { theme })
    expect(await background()).toBe(colour)
  })

  test('may say where the widget goes', async () => {
    await visit()
    await open('consent', { container: '#place' })
    expect(await rig.page.locator('#place > [data-mien-widget]').count()).toBe(1)
    await press('Escape')
    await expectLog('rejected ABORTED')
    expect(await rig.page.locator('#place').innerHTML()).toBe('')
  })

  test('can set colours and style parts', async () => {
    await visit()
    await rig.page.evaluate(() => {
      const sheet = new CSSStyleSheet()
      sheet.replaceSync(
        'body { --mien-surface: rgb(1, 2, 3) } [data-mien-widget]::part(accept) { letter-spacing: 7px }',
      )
      document.adoptedStyleSheets = [sheet]
    })
    await open('consent')
    expect(await background()).toBe('rgb(1, 2, 3)')
    const accept = rig.page.getByRole('button', { name: 'I agree' })
    expect(await accept.evaluate((element) => getComputedStyle(element).letterSpacing)).toBe('7px')
  })

  test('can style every part that there is, and finds each described', async () => {
    await visit()
    const seen = new Set<string>()
    await rig.lookAtAll({ showCancel: true }, async () => {
      const names = await rig.page
        .locator('[part]')
        .evaluateAll((elements) => elements.flatMap((element) => [...element.part]))
      for (const name of names) seen.add(name)
    })
    const guide = await readFile(join(import.meta.dirname, '../../packages/client/docs/THEMING.md'), 'utf8')
    const rows = guide.slice(guide.indexOf('## Parts')).matchAll(/^\| (`.*?) \|/gm)
    const described = [...rows].flatMap(([, names = '']) => names.replaceAll('`', '').split(', '))
    expect([...seen].sort()).toEqual(described.sort())
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
    await show('failure-not-recognised')
    expect(await log()).toEqual(['start'])
    await dialog.locator('footer').getByRole('button', { name: 'Close' }).click()
    await expectLog('rejected not_recognised')
  })

  test('a failure stays as long as somebody reads: a screen reader moves the focus and presses no key', async () => {
    await visit()
    const dialog = await open('deciding', { failureSeconds: 0.5 })
    await show('failure-not-recognised')
    await dialog.getByRole('button', { name: 'Try again' }).focus()
    // Longer than a failure that nobody reads.
    await rig.page.waitForTimeout(1000)
    expect(await log()).toEqual(['start'])
  })

  test('a failure that another try can mend offers one, in the same dialog', async () => {
    await visit()
    await open('failure-not-recognised')
    await rig.page.getByRole('button', { name: 'Try again' }).click()
    expect(await log()).toEqual(['start', 'start'])
    expect(await focused()).toBe('Getting ready')
    await show('failure-origin')
    expect(await rig.page.getByRole('button', { name: 'Try again' }).count()).toBe(0)
    expect(await rig.page.locator('code').textContent()).toBe('origin')
  })

  test.for([
    ['loading', 'rejected ABORTED'],
    ['failure-not-recognised', 'rejected not_recognised'],
  ] as const)('the page can close it while it shows %s', async ([scene, ending]) => {
    await visit()
    const dialog = await open(scene)
    await rig.page.evaluate(() => gallery.abort())
    await expectLog(ending)
    expect(await dialog.count()).toBe(0)
  })

  test('a failure rejects at once where the page shows failures itself', async () => {
    await visit()
    const dialog = await open('deciding', { failureSeconds: 0 })
    await show('failure-not-recognised')
    await expectLog('rejected not_recognised')
    expect(await dialog.count()).toBe(0)
  })
})
