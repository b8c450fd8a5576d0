import { describe, expect, test } from 'vitest'
import { driveGallery, patience } from './widget-gallery/drive-gallery.ts'

const rig = driveGallery()
const { visit, open, show, log, expectLog, focused, press } = rig

describe('consent', () => {
  /** The text of each element that holds text and nothing else, in order. */
  const lines = (content: Element): string[] =>
    [...content.querySelectorAll('*')]
      .filter((part) => part.childElementCount === 0 && part.textContent)
      .map((part) => part.textContent)
  const seenLines = (): Promise<readonly string[]> => rig.page.locator('[part=content]').evaluate(lines)

  test.for([
    ['consent', 'en', 'Harbour Library keeps the template'],
    ['consent-terms', 'en', 'Version 2026-03'],
    ['consent-terms-arabic', 'ar', 'تسجيل الدخول'],
    ['consent-age-gate', 'en', 'told only yes or no'],
    ['consent-details', 'en', 'Your age and gender'],
    ['consent-pictures', 'en', 'photosensitive epilepsy'],
  ] as const)('UI1: hands over exactly the words that were on the screen: %s', async ([scene, locale, part]) => {
    await visit()
    await open(scene)
    const seen = await seenLines()
    await rig.page.getByRole('button', { name: 'I agree' }).click()
    const accepted = (await log()).find((entry) => entry.startsWith('accept'))
    expect(accepted?.replace(`accept ${locale} `, '').split('\n')).toEqual(seen)
    expect(seen.join()).toContain(part)
    expect(seen.join()).not.toContain('{')
  })

  test('UI1: shows the words of the application in their own language and direction, a paragraph each line', async () => {
    await visit()
    await open('consent-terms-arabic')
    const own = rig.page.locator('[part=terms] p[lang=ar]')
    expect(await own.count()).toBe(3)
    expect(await own.first().evaluate((element) => getComputedStyle(element).direction)).toBe('rtl')
    expect(await rig.page.getByRole('dialog').getAttribute('dir')).toBe('ltr')
  })

  test('UI1: leaves it to the application who keeps the template, where it says so itself', async () => {
    await visit()
    await open('consent-terms')
    const seen = (await seenLines()).join()
    expect(seen).toContain('What leaves this device')
    expect(seen).not.toContain('Who keeps it')
  })

  test.for(['en', 'de', 'ar', 'ja'] as const)(
    'CE82: whether the screen may change colour is in view on a small phone, before anything is read to its end: %s',
    async (language) => {
      await visit({ viewport: { width: 320, height: 568 } })
      await open('consent-pictures', { language })
      for (const scene of ['consent-pictures', 'picture-notice'] as const) {
        await show(scene)
        const box = rig.page.getByRole('checkbox')
        expect(await box.isChecked(), scene).toBe(false)
        const isOnTop = await box.evaluate((input) => {
          const { x, y, width, height } = input.getBoundingClientRect()
          return (input.getRootNode() as ShadowRoot).elementFromPoint(x + width / 2, y + height / 2) === input
        })
        expect(isOnTop, scene).toBe(true)
      }
      await show('picture-notice-no-colours')
      expect(await rig.page.getByRole('checkbox').count()).toBe(0)
    },
  )

  test('declined, needs no explanation: the dialog closes', async () => {
    await visit()
    const dialog = await open('consent')
    await rig.page.getByRole('button', { name: 'No, thanks' }).click()
    expect(await log()).toContain('decline')
    await show('declined')
    await expectLog('rejected CONSENT_DECLINED')
    expect(await dialog.count()).toBe(0)
  })
})

describe('the introduction', () => {
  test('counts down without telling a screen reader of each second', async () => {
    await visit()
    await open('connecting')
    await rig.listen()
    await show('intro')
    const countdown = rig.page.locator('[part=countdown]')
    expect(await countdown.textContent()).toBe('It starts by itself in 11 seconds')
    await expect.poll(() => countdown.textContent(), patience).toBe('It starts by itself in 10 seconds')
    expect(await rig.heard()).toEqual([])
    expect(
      await countdown.evaluate((element) => element.closest('[aria-live], [role=status], [role=timer]')),
    ).toBeNull()
  })

  test('ends with its button', async () => {
    await visit()
    await open('intro')
    await press('Tab')
    expect(await focused()).toBe('Start')
    await press('Enter')
    expect(await log()).toContain('proceed')
  })
})

describe('a PIN', () => {
  const touch = { hasTouch: true, isMobile: true } as const
  const field = () => rig.page.getByLabel('PIN', { exact: true })
  const tap = async (...keys: readonly string[]): Promise<void> => {
    for (const name of keys) await rig.page.getByRole('button', { name, exact: true }).click()
  }

  test('is typed, shown, and sent with Enter', async () => {
    await visit()
    await open('pin')
    await field().fill('0742')
    await tap('Show PIN')
    expect(await field().getAttribute('type')).toBe('text')
    await tap('Hide PIN')
    expect(await field().getAttribute('type')).toBe('password')
    await field().press('Enter')
    expect(await log()).toContain('pin 0742')
  })

  test('UI4: is tapped on the pad without calling up a keyboard', async () => {
    await visit(touch)
    await open('pin')
    expect(await focused()).toBe('Enter your PIN')
    await tap('0', '0', '7', '5', 'Delete the last digit', '4', '2')
    expect(await focused()).toBe('Enter your PIN')
    await tap('Continue')
    expect(await log()).toContain('pin 00742')
  })

  test('UI4: is counted aloud, and not read out', async () => {
    await visit()
    await open('pin')
    await rig.listen()
    await tap('9', '8', '7')
    await expect.poll(rig.heard, patience).toContain('3 typed')
    expect((await rig.heard()).join()).not.toMatch(/9|8|7/)
  })

  test('UI4: is typed from anywhere in the view, and the pad takes the focus from nowhere', async () => {
    await visit()
    await open('new-pin')
    await tap('1')
    expect(await rig.page.locator('input:focus').count()).toBe(1)
    await press('Tab', '2', '3', '4', '9', 'Backspace')
    expect(await focused()).toBe('Show PIN')
    expect(await field().inputValue()).toBe('1234')
    await press('Tab')
    expect(await focused()).toBe('Continue')
    await press('5', 'Enter')
    expect(await log()).toContain('pin 12345')
  })

  test('UI4: is pasted, also in the digits of another script', async () => {
    await visit()
    await open('pin')
    await field().fill('٠٧٤٢')
    expect(await field().inputValue()).toBe('0742')
    await rig.page.locator('[part=text]').evaluate((element) => {
      const clipboardData = new DataTransfer()
      clipboardData.setData('text', ' 12-34 ')
      element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }))
    })
    expect(await field().inputValue()).toBe('07421234')
  })

  test('can be kept by a password manager', async () => {
    await visit()
    await open('new-pin')
    expect(await field().getAttribute('autocomplete')).toBe('new-password')
    await show('pin')
    expect(await field().getAttribute('autocomplete')).toBe('current-password')
  })

  test.for([
    ['new-pin-format', 'A PIN has 4 to 16 digits, and nothing else.'],
    ['new-pin-weak', 'This PIN is too easy to guess. Avoid rows and repeated digits.'],
    ['new-pin-not-unique', 'Please choose another PIN.'],
  ] as const)('that was not taken says why, and is chosen anew: %s', async ([scene, words]) => {
    await visit()
    await open('new-pin')
    await field().fill('1111')
    await show(scene)
    expect(await rig.page.getByRole('alert').textContent()).toBe(words)
    expect(await field().inputValue()).toBe('')
  })

  test.for(['en', 'de', 'ar', 'ja'] as const)(
    'keeps its keys in place whatever is said of it: %s',
    async (language) => {
      await visit({ reducedMotion: 'reduce' })
      await open('new-pin', { language })
      const place = () => rig.page.locator('[part=pad]').boundingBox()
      await show('new-pin-format')
      const before = await place()
      for (const scene of ['new-pin-weak', 'new-pin-not-unique'] as const) {
        await show(scene)
        expect(await place(), scene).toEqual(before)
      }
      await show('pin')
      const asked = await place()
      await show('pin-wrong')
      expect(await place()).toEqual(asked)
    },
  )

  test('that is refused twice for the same reason is said so twice', async () => {
    await visit()
    await open('new-pin-weak')
    const said = await rig.page.locator('[role=alert]').evaluateHandle((alert) => {
      const said: string[] = []
      new MutationObserver(() => said.push(alert.textContent)).observe(alert, { childList: true })
      return said
    })
    await show('new-pin-weak')
    expect(await said.evaluate((words) => words)).toEqual([
      'This PIN is too easy to guess. Avoid rows and repeated digits.',
    ])
  })

  test('that was wrong is said so, with the tries that are left', async () => {
    await visit()
    await open('pin')
    await show('pin-wrong')
    expect(await rig.page.getByRole('alert').textContent()).toBe('This PIN is not right. 1 try left')
    expect(await field().getAttribute('aria-invalid')).toBe('true')
  })

  test('can be left out only where the application lets people', async () => {
    await visit()
    await open('new-pin')
    await tap('Continue without a PIN')
    expect(await log()).toContain('skip')
    await show('new-pin-weak')
    expect(await rig.page.getByRole('button', { name: 'Continue without a PIN' }).count()).toBe(0)
  })

  test('has its pad from left to right in every language', async () => {
    await visit()
    await open('pin', { direction: 'rtl' })
    const left = async (name: string) =>
      (await rig.page.getByRole('button', { name, exact: true }).boundingBox())?.x ?? 0
    expect(await left('1')).toBeLessThan(await left('2'))
    expect(await left('2')).toBeLessThan(await left('3'))
  })
})
