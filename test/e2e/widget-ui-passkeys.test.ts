import { describe, expect, test } from 'vitest'
import { driveGallery } from './widget-gallery/drive-gallery.ts'

const rig = driveGallery()
const { visit, open, show, log, expectLog, focused, press } = rig

const sizes = {
  phone: { width: 390, height: 844 },
  small: { width: 320, height: 568 },
  sideways: { width: 844, height: 390 },
}

describe('a passkey', () => {
  for (const [name, viewport] of Object.entries(sizes)) {
    test.for(['en', 'de', 'ar', 'ja', 'he'] as const)(
      `[PK11] keeps words and buttons in place while the browser asks and whatever comes of it, ${name}: %s`,
      async (language) => {
        await visit({ viewport, reducedMotion: 'reduce' })
        const places = async () => {
          const parts = rig.page.locator('[part=heading], [part~=button]')
          return Promise.all((await parts.all()).map((part) => part.boundingBox()))
        }
        await open('passkey-or-pin', { language })
        const asked = await places()
        for (const scene of ['passkey-open', 'passkey-not-done'] as const) {
          await show(scene)
          expect(await places(), scene).toEqual(asked)
        }
        await show('new-passkey')
        const offered = await places()
        for (const scene of ['new-passkey-open', 'new-passkey-not-done'] as const) {
          await show(scene)
          expect(await places(), scene).toEqual(offered)
        }
      },
    )
  }

  test('[PK11] leaves the focus on the button that made the browser ask, which says that it does nothing', async () => {
    await visit()
    await open('passkey-or-pin')
    await rig.listen()
    await press('Tab', 'Enter')
    await expectLog('passkey')
    await show('passkey-open')
    expect(await focused()).toBe('Use passkey')
    const use = rig.page.getByRole('button', { name: 'Use passkey' })
    expect(await use.getAttribute('aria-disabled')).toBe('true')
    await expect.poll(rig.heard).toContain('Your device is asking you now.')
    await show('passkey-not-done')
    expect(await focused()).toBe('Use passkey')
    expect(await use.getAttribute('aria-disabled')).toBe('false')
  })

  test('[PK11] that was refused twice is said so twice', async () => {
    await visit()
    await open('passkey-wrong')
    const said = await rig.page.locator('[role=alert]').evaluateHandle((alert) => {
      const said: string[] = []
      new MutationObserver(() => said.push(alert.textContent)).observe(alert, { childList: true })
      return said
    })
    await show('passkey-wrong')
    expect(await said.evaluate((words) => words)).toEqual(['This passkey was not accepted. Try another one.'])
  })

  test('[PK11] is not the only way where there is a PIN, and the PIN is not the only way back', async () => {
    await visit()
    await open('passkey')
    const usePin = rig.page.getByRole('button', { name: 'Use PIN instead' })
    expect(await usePin.isVisible()).toBe(false)
    await show('passkey-or-pin')
    await usePin.click()
    await expectLog('rather pin')
    await show('pin-or-passkey')
    await rig.page.getByRole('button', { name: 'Use passkey instead' }).click()
    await expectLog('rather passkey')
    await show('pin')
    expect(await rig.page.getByRole('button', { name: /passkey/ }).count()).toBe(0)
  })
})

describe('the offer of a passkey', () => {
  test.for(['Escape', 'the close button'])('[PK12] is closed by %s, and nothing but the offer', async (way) => {
    await visit()
    await open('new-passkey')
    if (way === 'Escape') await press('Escape')
    else await rig.page.getByRole('button', { name: 'Close' }).click()
    await expectLog('skip passkey')
    expect(await log()).toEqual(['start', 'skip passkey'])
  })

  test.for(['ends', 'takes the dialog away'])('[CE72] ends with ABORTED when the page %s', async (way) => {
    await visit()
    await open('new-passkey', { container: '#place' })
    if (way === 'ends') await rig.page.evaluate(() => gallery.abort())
    else await rig.page.evaluate(() => document.querySelector('#place')?.replaceChildren())
    await expectLog('rejected ABORTED')
    expect(await log()).not.toContain('skip passkey')
  })
})
