import { describe, expect, test } from 'vitest'
import { driveGallery, patience } from './widget-gallery/drive-gallery.ts'
import type { SceneName } from './widget-gallery/scenes.ts'

const rig = driveGallery()
const { visit, open, show } = rig

const sizes = {
  phone: { width: 390, height: 844 },
  small: { width: 320, height: 568 },
  sideways: { width: 844, height: 390 },
}

const part = (name: string) => rig.page.locator(`[part=${name}]`)
/** What the person reads: how things stand, the heading, and what is said below. */
const read = async () => ({
  standing: await part('standing').textContent(),
  heading: await part('heading').textContent(),
  text: await part('text').textContent(),
})

describe('without the server', () => {
  for (const [name, viewport] of Object.entries(sizes)) {
    test.for(['en', 'de', 'uk', 'ar', 'ja'] as const)(
      `[UI11] nothing moves when the widget says so, ${name}: %s`,
      async (language) => {
        await visit({ viewport, reducedMotion: 'reduce' })
        await open('loading', { language, offline: true })
        const places = () =>
          Promise.all(['title', 'close', 'heading', 'progress'].map((each) => part(each).boundingBox()))
        const before = await places()
        await show('offline-loading')
        expect(await part('standing').textContent()).not.toBe('')
        expect(await places()).toEqual(before)
      },
    )
  }

  test('[UI11] it is spoken when the person’s screen reader is free, and said for as long as it is so', async () => {
    await visit()
    await open('loading', { offline: true })
    expect(await part('standing').getAttribute('aria-live')).toBe('polite')
    expect(await part('standing').textContent()).toBe('')
    expect(await part('standing').locator('svg').isVisible()).toBe(false)
    for (const scene of ['offline-loading', 'offline-positioning', 'offline-deciding'] as const) {
      await show(scene)
      await expect.poll(() => part('standing').textContent(), patience).toBe('Offline')
      expect(await part('standing').locator('svg').isVisible()).toBe(true)
    }
    await show('deciding')
    expect(await part('standing').textContent()).toBe('')
  })

  test.for([
    ['offline-recognised', 'Waiting to sync', 'Recognised', 'noted on this device'],
    ['offline-draft', 'Waiting to sync', 'Saved on this device', 'once the server has taken it'],
    ['offline-refused', 'Offline', 'You were not recognised', 'whom this device knows'],
    ['offline-cannot-unregistered', 'Offline', 'Not possible offline', 'not set up to work without a connection'],
    ['offline-cannot-revoked', 'Offline', 'Not possible offline', 'ask the site'],
    ['offline-cannot-clock', 'Offline', 'Not possible offline', 'Set the right time'],
    ['offline-cannot-ended', 'Offline', 'Not possible offline', 'too long'],
    ['offline-cannot-no-ticket', 'Offline', 'Not possible offline', 'as much as it may'],
    ['offline-cannot-full', 'Offline', 'Not possible offline', 'let it sync'],
  ] as const satisfies readonly (readonly [SceneName, string, string, string])[])(
    '[OF9] [UI11] %s says what became of it, and what to do',
    async ([scene, standing, heading, text]) => {
      await visit()
      await open('offline-deciding')
      await show(scene)
      expect(await read()).toEqual({ standing, heading, text: expect.stringContaining(text) })
    },
  )

  test('[UI11] with the server the same endings say what they always did', async () => {
    await visit()
    await open('deciding', { offline: true })
    await show('failure-not-recognised')
    expect(await read()).toMatchObject({ standing: '', text: expect.stringContaining('set up face sign-in') })
    await show('enrolled')
    expect(await read()).toMatchObject({ standing: '', heading: 'All set' })
  })
})

test('[UI11] a page without the option has no room for it', async () => {
  await visit()
  await open('loading')
  expect(await part('standing').count()).toBe(0)
})
