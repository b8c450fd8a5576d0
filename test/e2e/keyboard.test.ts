import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchChromium } from '../rig/chromium.ts'
import { clipFile } from '../rig/clips.ts'
import { startServer, type TestServer } from '../rig/server.ts'
import { type Site, startSite } from '../rig/site.ts'

const patience = { timeout: 50_000 }

/** More stops than any screen has. */
const mostStops = 12

let server: TestServer
let site: Site
let browser: Browser
let page: Page

beforeAll(async () => {
  server = await startServer()
  site = await startSite({
    '/': `<!doctype html><title>Shop</title><button>Enroll</button><button>Authenticate</button><output></output>
      <script src="${server.url}/fio.js"></script>
      <script>
        const face = new faceIO(new URLSearchParams(location.search).get('app'))
        const calls = { Enroll: () => face.enroll({ locale: 'en' }), Authenticate: () => face.authenticate({ locale: 'en' }) }
        const told = document.querySelector('output')
        for (const button of document.querySelectorAll('button')) {
          button.onclick = () => {
            told.textContent = ''
            calls[button.textContent]().then(({ facialId }) => (told.textContent = facialId), (error) => (told.textContent = 'code ' + error.code))
          }
        }
      </script>`,
  })
  browser = await launchChromium({ camera: { clip: await clipFile('manB') } })
})

// Of each try: where somebody is enrolled already nobody can be enrolled again.
beforeEach(async () => {
  const { application_id, public_id } = await server.admin.createApplication({ name: 'Shop' })
  await server.admin.changeSettings(application_id, { pin_enroll: 'required', pin_authenticate: 'always' })
  page = await browser.newPage()
  await page.goto(`${site.origin}/?app=${public_id}`)
  return () => page.close()
})

afterAll(async () => {
  await browser?.close()
  await Promise.all([site, server].map((part) => part?.close()))
})

/** What a key press would meet: the words of the element that has the focus, through shadow roots. */
const focused = (): Promise<string> =>
  page.evaluate(() => {
    let element = document.activeElement
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
    return (element?.getAttribute('aria-label') ?? element?.textContent ?? '').trim()
  })

/** Goes on with the Tab key until the focus is there, and presses Enter. */
async function enter(words: string): Promise<void> {
  for (let stop = 0; stop < mostStops; stop++) {
    if ((await focused()) === words) return page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
  }
  throw new Error(`The Tab key does not lead to “${words}”`)
}

const heading = (name: string) => page.getByRole('heading', { name, exact: true }).waitFor(patience)

async function typePin(): Promise<void> {
  await page.keyboard.type('0742')
  await page.keyboard.press('Enter')
}

async function facialId(): Promise<string> {
  await page.locator('output', { hasText: /./ }).waitFor(patience)
  return (await page.locator('output').textContent()) ?? ''
}

test('UI6: a keyboard alone enrolls, with consent, PIN and introduction, and authenticates', {
  timeout: 120_000,
}, async () => {
  await enter('Enroll')
  await heading('Before we look at your face')
  await enter('I agree')
  await heading('Choose a PIN')
  await typePin()
  await heading('Three things that help')
  await enter('Start')
  const enrolled = await facialId()
  expect(enrolled).toMatch(/^[0-9a-f-]{36}$/)
  expect(await focused()).toBe('Enroll')

  await enter('Authenticate')
  await heading('Enter your PIN')
  await typePin()
  expect(await facialId()).toBe(enrolled)
  expect(await focused()).toBe('Authenticate')
})
