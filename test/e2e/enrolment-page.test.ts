import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ApplicationCredentials, ApplicationSettingsPatch } from '@mien/shared/api/applications'
import type { SessionRequest } from '@mien/shared/api/sessions'
import type axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fioErrCode } from '../../packages/client/src/facade/fio-err-code.ts'
import { launchChromium } from '../rig/chromium.ts'
import { clipFile } from '../rig/clips.ts'
import { type FrontProxy, startFrontProxy } from '../rig/front-proxy.ts'
import { startServer, type TestServer } from '../rig/server.ts'
import { callWidget, openPage } from '../rig/shop.ts'
import { type Site, startFolderSite, startSite } from '../rig/site.ts'
import { type EnrolmentScene, enrolmentScenes, openEnrolmentScene } from './enrolment-scenes.ts'

const patience = { timeout: 50_000 }
const phone = { width: 390, height: 844 }
const web = join(import.meta.dirname, '..', '..', 'packages', 'client', 'dist', 'web')
const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const ruleTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

async function violations(page: Page): Promise<readonly string[]> {
  // A script tag is what the page's own policy keeps out.
  await page.evaluate(await readFile(axePath, 'utf8'))
  return page.evaluate(async (values) => {
    const { run } = (globalThis as unknown as { axe: typeof axe }).axe
    const found = await run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] })
    return found.violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))
  }, ruleTags)
}

const heading = (page: Page) => page.getByRole('heading', { level: 1 }).filter({ visible: true })
const expectHeading = (page: Page, words: string) =>
  expect.poll(() => heading(page).textContent(), patience).toBe(words)
const focusedText = (page: Page) => page.evaluate(() => document.activeElement?.textContent)

describe('a link that a backend made', () => {
  let front: FrontProxy
  let server: TestServer
  let browser: Browser
  let shop: ApplicationCredentials
  const asked: string[] = []

  beforeAll(async () => {
    front = await startFrontProxy()
    server = await startServer({ MIEN_PUBLIC_URL: front.origin })
    front.lead(server.url)
    shop = await createApplication({ passkeys: 'optional' })
    browser = await launchChromium({ camera: { clip: await clipFile('manB') } })
  })

  afterAll(async () => {
    await browser?.close()
    await Promise.all([front, server].map((part) => part?.close()))
  })

  /** One whose own pages are elsewhere: ours counts all the same. */
  async function createApplication(
    settings: ApplicationSettingsPatch,
    origins = ['https://library.example'],
  ): Promise<ApplicationCredentials> {
    const created = await server.admin.createApplication({ name: 'Harbour Library', origins })
    await server.admin.changeSettings(created.application_id, settings)
    return created
  }

  const backend = async (path: string, application: ApplicationCredentials, body?: object) => {
    const response = await fetch(new URL(path, server.url), {
      headers: { authorization: `Bearer ${application.secret_key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    })
    return response.json()
  }

  const invite = async (request: Partial<SessionRequest> = {}, application = shop): Promise<string> =>
    (await backend('/v1/sessions', application, { operation: 'enroll', ...request })).client_token

  async function openLink(fragment: string, options: BrowserContextOptions = {}, from = browser): Promise<Page> {
    const page = await from.newPage({ viewport: phone, locale: 'en-GB', ...options })
    page.on('request', (request) => asked.push(request.url()))
    await page.goto(`${front.origin}/enroll.html${fragment}`)
    return page
  }

  test('EP1, EP2, EP6: enrolls whoever opens it, once, with a keyboard alone and without the token in any address', async () => {
    const token = await invite({ user_ref: 'reader-7' })
    const page = await openLink(`#${token}`)
    await expectHeading(page, 'Set up face sign-in')
    expect(await page.locator('#lead').textContent()).toContain('Harbour Library invites you')
    expect(await focusedText(page)).toBe('Set up face sign-in')
    expect([page.url(), await page.evaluate(() => history.length)]).toEqual([`${front.origin}/enroll.html`, 2])

    await page.keyboard.press('Tab')
    expect(await focusedText(page)).toBe('Start')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'I agree' }).waitFor(patience)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    const intro = page.getByRole('dialog').getByRole('button', { name: 'Start' })
    await intro.click(patience)
    await page.getByText('You can close this page now.').waitFor(patience)
    expect(await focusedText(page)).toBe('All set')
    expect(await violations(page)).toEqual([])

    const { subjects } = await backend('/v1/subjects', shop)
    expect(subjects).toMatchObject([{ user_ref: 'reader-7' }])
    expect(asked.filter((url) => url.includes(token))).toEqual([])

    const second = await openLink(`#${token}`)
    await expectHeading(second, 'This link was used already')
    expect(await second.getByRole('button').count()).toBe(0)

    // The same person by another link: there is nothing more to do.
    await second.evaluate((fragment) => (location.hash = fragment), await invite())
    await second.getByRole('button', { name: 'Start' }).click(patience)
    await second.getByRole('button', { name: 'I agree' }).click(patience)
    await second.getByRole('dialog').getByRole('button', { name: 'Start' }).click(patience)
    await second.getByRole('heading', { name: 'This face is already set up' }).waitFor(patience)
    await second.keyboard.press('Escape')
    await second.getByText('You can close this page now.').waitFor(patience)
  })

  test('CE75: is good for a page of another origin too, which gives the widget its token alone', async () => {
    const site = await startSite({ '/': `<!doctype html><body><script src="${server.url}/fio.js"></script>` })
    try {
      const own = await createApplication({}, [site.origin])
      const page = await openPage(browser, site.origin)
      const session = await invite({ user_ref: 'b' }, own)
      const call = { publicId: '', call: { session } }
      const mismatch = await callWidget(page, { ...call, operation: 'authenticate' })
      expect(mismatch).toMatchObject({ mienCode: 'BINDING_MISMATCH' })
      const enrolled = await callWidget(page, { ...call, operation: 'enroll' })
      const { subjects } = await backend('/v1/subjects', own)
      expect(subjects).toMatchObject([{ facial_id: enrolled.facialId, user_ref: 'b' }])
      const used = await callWidget(page, { ...call, operation: 'enroll' })
      expect(used).toMatchObject({ code: fioErrCode.SESSION_EXPIRED, mienCode: 'CHALLENGE_USED' })
    } finally {
      await site.close()
    }
  })

  test('EP3: that has expired says so', async () => {
    const hasty = await createApplication({ session_seconds: 5 })
    const token = await invite({}, hasty)
    await sleep(5_100)
    await expectHeading(await openLink(`#${token}`), 'This link is no longer valid')
  })

  test('EP3: that nobody made, that is cut off, or that is loaded again says what to do', async () => {
    for (const fragment of ['', '#', '#abc', `#${'A'.repeat(43)}`, `?token=${await invite()}`]) {
      const page = await openLink(fragment)
      await expectHeading(page, 'This link does not work')
      expect(await page.locator('#advice').textContent()).toContain('Open it again from the message')
    }
    const page = await openLink(`#${await invite()}`)
    await expectHeading(page, 'Set up face sign-in')
    await page.reload()
    await expectHeading(page, 'This link does not work')
  })

  test('EP3: that is for something else enrolls nobody', async () => {
    const token = await invite({ operation: 'authenticate' })
    await expectHeading(await openLink(`#${token}`), 'This link is for something else')
  })

  test('EP3: without a camera says so, and can be tried again', async () => {
    const blind = await launchChromium({ camera: 'none' })
    try {
      const page = await openLink(`#${await invite()}`, {}, blind)
      await page.getByRole('button', { name: 'Start' }).click(patience)
      await page.getByRole('button', { name: 'I agree' }).click(patience)
      await page.getByRole('dialog').getByRole('button', { name: 'Start' }).click(patience)
      await page.getByRole('dialog').getByRole('heading', { name: 'No camera found' }).waitFor(patience)
      await page.keyboard.press('Escape')
      await expectHeading(page, 'No camera found')
      await page.getByRole('button', { name: 'Try again' }).click()
      await page.getByRole('button', { name: 'I agree' }).waitFor(patience)
    } finally {
      await blind.close()
    }
  })

  test('EP3: on a page without https keeps its address and asks the server nothing', async () => {
    const page = await browser.newPage({ locale: 'en' })
    await page.addInitScript(() => Object.defineProperty(window, 'isSecureContext', { value: false }))
    const reads: string[] = []
    page.on('request', (request) => request.url().includes('/v1/') && reads.push(request.url()))
    const address = `${front.origin}/enroll.html#${await invite()}`
    await page.goto(address)
    await expectHeading(page, 'This page cannot use the camera')
    expect([page.url(), reads]).toEqual([address, []])
  })
})

describe('whatever it shows', () => {
  let site: Site
  let browser: Browser

  beforeAll(async () => {
    site = await startFolderSite(web)
    browser = await launchChromium()
  })

  afterAll(async () => {
    await browser?.close()
    await site?.close()
  })

  async function inScene(
    scene: EnrolmentScene,
    options: BrowserContextOptions,
    look: (page: Page) => Promise<void>,
  ): Promise<void> {
    const page = await browser.newPage({ viewport: phone, ...options })
    await openEnrolmentScene(page, site.origin, scene)
    await look(page)
    await page.close()
  }

  for (const locale of ['en', 'ar'] as const) {
    for (const colorScheme of ['light', 'dark'] as const) {
      test(`EP4: axe-core finds nothing, ${locale}, ${colorScheme}`, { timeout: 120_000 }, async () => {
        const found: string[] = []
        for (const scene of enrolmentScenes) {
          await inScene(scene, { locale, colorScheme, reducedMotion: 'reduce' }, async (page) => {
            found.push(...(await violations(page)).map((violation) => `${scene}: ${violation}`))
          })
        }
        expect(found).toEqual([])
      })
    }
  }

  test('EP4: nothing is wider than a screen of 320 px, also with text of twice the size, and the button is large', async () => {
    for (const scene of enrolmentScenes) {
      await inScene(scene, { viewport: { width: 320, height: 568 }, locale: 'de' }, async (page) => {
        const settings = await page.context().newCDPSession(page)
        await settings.send('Page.setFontSizes', { fontSizes: { standard: 32 } })
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        expect([scene, overflow]).toEqual([scene, 0])
        const box = await page
          .getByRole('button')
          .boundingBox({ timeout: 1000 })
          .catch(() => null)
        if (box !== null) expect(box.height).toBeGreaterThanOrEqual(48)
      })
    }
  })

  test('EP5: fetches the words of one language, and none in English', async () => {
    for (const [locale, language] of [
      ['ar-EG', 'ar'],
      ['zh-TW', 'zh-hant'],
      ['en-GB', undefined],
    ] as const) {
      const fetched: string[] = []
      const page = await browser.newPage({ locale })
      page.on('request', (request) => {
        const name = /\/assets\/words-(.+)-.{8}\.js$/.exec(request.url())?.[1]
        if (name !== undefined) fetched.push(name)
      })
      await openEnrolmentScene(page, site.origin, 'used')
      expect([locale, fetched]).toEqual([locale, language === undefined ? [] : [language]])
      await page.close()
    }
  })

  test('EP4: the card stays where it is from the first view to the last', async () => {
    for (const viewport of [phone, { width: 1280, height: 800 }]) {
      const boxes: unknown[] = []
      for (const scene of enrolmentScenes) {
        await inScene(scene, { viewport, locale: 'en' }, async (page) => {
          boxes.push(await page.locator('.card').boundingBox())
        })
      }
      expect(new Set(boxes.map((box) => JSON.stringify(box))).size).toBe(1)
    }
  })
})
