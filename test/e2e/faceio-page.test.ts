import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchChromium } from '../rig/chromium.ts'
import { clipFile } from '../rig/clips.ts'
import { startServer, type TestServer } from '../rig/server.ts'
import { type Site, startSite } from '../rig/site.ts'

/** What a page for FACEIO does beside its own first lines: FACEIO's calls, numbers and results, and nothing that is ours. */
const pageScript = (publicId: string): string => `
  const faceio = new faceIO('${publicId}')
  const log = (text) => { document.getElementById('log').textContent += text + ';' }

  function enrollNewUser() {
    faceio.enroll({ locale: 'auto', payload: { whoami: 123456, email: 'ada@site.example' } })
      .then((userInfo) => log(['enrolled', userInfo.facialId, userInfo.timestamp, userInfo.details.gender, userInfo.details.age].join(',')))
      .catch((errCode) => { handleError(errCode); faceio.restartSession() })
  }

  async function authenticateUser() {
    try {
      const userData = await faceio.authenticate({ locale: 'auto' })
      log('welcome,' + userData.facialId + ',' + userData.payload.whoami)
    } catch (errCode) {
      handleError(errCode)
    }
  }

  function handleError(errCode) {
    const fioErrs = faceio.fetchAllErrorCodes()
    switch (errCode) {
      case fioErrs.PERMISSION_REFUSED: return log('no camera')
      case fioErrs.UNRECOGNIZED_FACE: return log('stranger')
      case fioErrs.FACE_DUPLICATION: return log('known already')
      case fioErrs.TERMS_NOT_ACCEPTED: return log('declined')
      default: return log('unexpected ' + errCode)
    }
  }
`

const body = `<body>
  <button onclick="enrollNewUser()">Enroll</button>
  <button onclick="authenticateUser()">Authenticate</button>
  <div id="faceio-modal"></div>
  <pre id="log"></pre>`

/** With the address of the script changed. */
const classicPage = (server: string, publicId: string): string => `<!doctype html><title>Classic</title>${body}
  <script src="${server}/fio.js?legacyErrors"></script>
  <script>${pageScript(publicId)}</script>`

/** With the line of the import changed. */
const modulePage = (server: string, publicId: string): string => `<!doctype html><title>Module</title>${body}
  <script type="module">
    import { faceIO } from '${server}/fiojs.js'
    ${pageScript(publicId)}
    Object.assign(window, { enrollNewUser, authenticateUser })
  </script>`

const patience = { timeout: 50_000 }

let server: TestServer
let browser: Browser

beforeAll(async () => {
  server = await startServer()
  browser = await launchChromium({ camera: { clip: await clipFile('manB') } })
})

afterAll(async () => {
  await browser?.close()
  await server?.close()
})

describe.each([
  ['with the script tag', classicPage],
  ['with an import', modulePage],
] as const)('a page written for FACEIO, %s', (_, html) => {
  let site: Site
  let page: Page
  let apiKey = ''

  beforeAll(async () => {
    const credentials = await server.admin.createApplication({ name: 'Shop' })
    apiKey = credentials.faceio.api_key
    site = await startSite({ '/': html(server.url, credentials.public_id) })
    page = await browser.newPage({ locale: 'en' })
    await page.goto(site.origin)
  })

  afterAll(async () => {
    await page?.close()
    await site?.close()
  })

  const press = (name: string) => page.getByRole('button', { name, exact: true }).click(patience)

  async function readRefusal(): Promise<void> {
    await page.getByRole('heading', { name: 'You were not recognised' }).waitFor(patience)
    await page.keyboard.press('Escape')
  }

  /** What the page says next. */
  async function told(): Promise<string> {
    await page.locator('#log', { hasText: ';' }).waitFor(patience)
    const text = await page.locator('#log').textContent()
    await page.evaluate('document.getElementById("log").textContent = ""')
    return text ?? ''
  }

  test('authenticates, enrolls and handles errors as it always has', { timeout: 150_000 }, async () => {
    await press('Authenticate')
    await readRefusal()
    expect(await told()).toBe('stranger;')

    await press('Enroll')
    await press('No, thanks')
    expect(await told()).toBe('declined;')

    await press('Enroll')
    await press('I agree')
    await press('Start')
    const [word, facialId, timestamp, ...details] = (await told()).replace(';', '').split(',')
    expect([word, ...details]).toEqual(['enrolled', '', ''])
    expect(facialId).toMatch(/^[0-9a-f-]{36}$/)
    expect(Number.isFinite(Date.parse(timestamp ?? ''))).toBe(true)

    await press('Authenticate')
    expect(await told()).toBe(`welcome,${facialId},123456;`)

    const purge = `${server.url}/compat/faceio/deletefacialid?fid=${facialId}&key=${apiKey}`
    expect(await (await fetch(purge)).json()).toEqual({ status: 200, payload: true })
    await press('Authenticate')
    await readRefusal()
    expect(await told()).toBe('stranger;')
  })
})
