import { describe, expect, test } from 'vitest'
import { guidances } from '../../packages/client/src/ceremony/state.ts'
import { activeActions } from '../../packages/shared/src/api/fields.ts'
import { driveGallery, patience } from './widget-gallery/drive-gallery.ts'
import type { SceneName } from './widget-gallery/scenes.ts'

const rig = driveGallery()
const { visit, open, show, log, focused, press } = rig

const cameraScenes: readonly SceneName[] = [
  ...guidances.map((guidance) => `guidance-${guidance}` as const),
  ...activeActions.map((action) => `active-${action}` as const),
  'active-hold',
  'active-second',
  'active-guided',
  'two-cameras',
  'three-cameras',
  'back-camera',
  'capturing',
  'captured',
]

describe('the picture', () => {
  test('is a mirror image, unless the camera looks away from the person', async () => {
    await visit()
    await open('guidance-no-face')
    const transform = (): Promise<string> =>
      rig.page.locator('video').evaluate((element) => getComputedStyle(element).transform)
    expect(await transform()).toBe('matrix(-1, 0, 0, 1, 0, 0)')
    expect(await rig.page.getByLabel('Mirror image from your camera').count()).toBe(1)
    await show('back-camera')
    expect(await transform()).toBe('none')
    expect(await rig.page.getByLabel('Image from your camera', { exact: true }).count()).toBe(1)
  })

  test.for(['en', 'de', 'ar', 'ja'] as const)(
    'UI2: stays the same, and nothing around it moves, through all phases: %s',
    async (language) => {
      await visit({ reducedMotion: 'reduce' })
      await open('guidance-no-face', { language, showCancel: true })
      const stage = rig.page.locator('[part=stage]')
      await rig.page.locator('video').evaluate((element) => element.setAttribute('data-same', ''))
      const before = await stage.boundingBox()
      for (const scene of cameraScenes) {
        await show(scene)
        expect(await rig.page.locator('video[data-same]').count(), scene).toBe(1)
        expect(await stage.boundingBox(), scene).toEqual(before)
      }
    },
  )

  test.for(['en', 'de', 'ar', 'ja'] as const)(
    'UI2: stays where it is while the screen is a lamp, on a small phone too, and no arrow covers the step: %s',
    async (language) => {
      await visit({ reducedMotion: 'reduce', viewport: { width: 320, height: 568 } })
      await open('lit-positioning', { language, showCancel: true })
      const box = (part: string) => rig.page.locator(`[part=${part}]`).boundingBox()
      const before = await box('stage')
      for (const scene of [
        'verifying-left',
        'verifying-flash',
        'verifying-guided',
        'lit-capturing',
        'verifying-up',
      ] as const) {
        await show(scene)
        expect(await box('stage'), scene).toEqual(before)
      }
      const [steps, cue] = [(await box('steps'))!, (await box('cue'))!]
      expect(cue.y).toBeGreaterThanOrEqual(steps.y + steps.height)
    },
  )

  test('is let go of when its view goes', async () => {
    await visit()
    await open('guidance-no-face')
    const video = await rig.page.locator('video').elementHandle()
    await show('deciding')
    expect(await video?.evaluate((element) => (element as HTMLVideoElement).srcObject)).toBeNull()
  })
})

describe('another camera', () => {
  test('is one press away where there are two', async () => {
    await visit()
    await open('two-cameras')
    await rig.page.getByRole('button', { name: 'Switch camera' }).click()
    expect(await log()).toContain('camera front')
  })

  test('is in a list where there are more', async () => {
    await visit()
    await open('three-cameras')
    const list = rig.page.getByRole('combobox', { name: 'Camera' })
    expect(await list.locator('option').allTextContents()).toEqual([
      'FaceTime HD Camera',
      'Camera 2',
      'USB 2.0 Camera (05ac:8514) beside the door',
    ])
    await list.selectOption('desk')
    expect(await log()).toContain('camera desk')
  })

  test('CE71: that cannot be had is said so, in the line about privacy and once aloud', async () => {
    await visit()
    await open('three-cameras')
    await rig.listen()
    await show('camera-refused')
    await show('camera-refused')
    const line = rig.page.locator('[part=privacy]')
    expect(await line.textContent()).toBe('The camera is in use')
    await expect.poll(rig.heard, patience).toContain('The camera is in use')
    expect((await rig.heard()).filter((words) => words === 'The camera is in use')).toHaveLength(1)
    await show('three-cameras')
    expect(await line.textContent()).toBe('The picture stays on this device')
  })

  test('is not offered with one camera, nor while a capture runs', async () => {
    await visit()
    await open('two-cameras')
    const other = rig.page.getByRole('button', { name: 'Switch camera' })
    for (const scene of ['guidance-closer', 'capturing', 'active-blink'] as const) {
      await show(scene)
      expect(await other.count(), scene).toBe(0)
    }
    await show('two-cameras')
    expect(await other.count()).toBe(1)
  })
})

describe('what to do', () => {
  /** Where the cue is in the preview, in fractions from its top left corner. */
  async function cuePlace(): Promise<{ readonly x: number; readonly y: number }> {
    const stage = await rig.page.locator('[part=stage]').boundingBox()
    const cue = await rig.page.locator('[part=cue]').boundingBox()
    if (!stage || !cue) throw new Error('No cue')
    return {
      x: (cue.x + cue.width / 2 - stage.x) / stage.width,
      y: (cue.y + cue.height / 2 - stage.y) / stage.height,
    }
  }

  test.for(['ltr', 'rtl'] as const)('UI3: is pointed at on its own side of the mirror image: %s', async (direction) => {
    await visit({ reducedMotion: 'reduce' })
    await open('active-turn_left', { direction })
    expect((await cuePlace()).x).toBeLessThan(0.3)
    await show('active-turn_right')
    expect((await cuePlace()).x).toBeGreaterThan(0.7)
    await show('guidance-left')
    expect((await cuePlace()).x).toBeLessThan(0.3)
    await show('guidance-up')
    expect((await cuePlace()).y).toBeLessThan(0.3)
    await show('guidance-down')
    expect((await cuePlace()).y).toBeGreaterThan(0.7)
  })

  test("UI3: is pointed at on the person's side where the picture is no mirror image", async () => {
    await visit({ reducedMotion: 'reduce' })
    await open('active-back-camera')
    expect((await cuePlace()).x).toBeGreaterThan(0.7)
    await show('back-camera')
    expect((await cuePlace()).x).toBeGreaterThan(0.7)
  })

  test('UI2: is one instruction, with the step and a tick for what is done', async () => {
    await visit()
    await open('active-turn_left')
    const steps = rig.page.locator('[part=steps]')
    expect(await steps.textContent()).toBe('Step 1 of 2')
    expect(await steps.locator('[data-phase=done]').count()).toBe(0)
    await show('active-second')
    expect(await steps.textContent()).toBe('Step 2 of 2')
    expect(await steps.locator('[data-phase=done]').count()).toBe(1)
    await show('capturing')
    expect(await steps.locator('[data-phase=done]').count()).toBe(2)
    expect(await rig.page.locator('[part=instruction]').allTextContents()).toEqual(['Hold still, capturing'])
    await show('guidance-closer')
    expect(await steps.isVisible()).toBe(false)
  })

  test('is heard when a step is done, together with the next', async () => {
    await visit()
    await open('active-turn_left')
    await rig.listen()
    await show('active-second')
    await expect.poll(rig.heard, patience).toContain('Done – Turn your head to your right')
  })

  test('UI6: can be done without moving, and the keyboard is not lost when that is gone', async () => {
    await visit()
    await open('active-blink')
    await press('Tab')
    expect(await focused()).toBe('Go on without moving')
    await press('Enter')
    expect(await log()).toContain('hold')
    await show('active-hold')
    expect(await focused()).toBe('Stay as you are for a moment')
    await press('Tab')
    expect(await focused()).toBe('Close')
  })
})
