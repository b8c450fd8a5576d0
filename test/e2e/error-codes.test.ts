import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ApplicationSettingsPatch } from '@mien/shared/api/applications'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fioErrCode } from '../../packages/client/src/facade/fio-err-code.ts'
import { type Camera, launchChromium } from '../rig/chromium.ts'
import { type ClipName, clipFile } from '../rig/clips.ts'
import { startServer, type TestServer } from '../rig/server.ts'
import { callWidget, type Outcome, openPage, type WidgetCall } from '../rig/shop.ts'
import { type Site, startSite } from '../rig/site.ts'

/** Each of FACEIO's codes by its real cause: a server's setting, a camera, a person, a network. */

const sessionsPerMinute = 12
const pin = '729418'

let server: TestServer
let site: Site
let browser: Browser
let page: Page

beforeAll(async () => {
  server = await startServer({ MIEN_SESSIONS_PER_MINUTE: String(sessionsPerMinute) })
  const html = `<!doctype html><html lang="en"><title>Shop</title><body><script src="${server.url}/fio.js"></script>`
  site = await startSite({ '/': html, '/framed': `${html}<iframe sandbox="allow-scripts" src="/"></iframe>` })
})

afterAll(async () => {
  await Promise.all([site, server].map((part) => part?.close()))
})

/** One camera for the tests of a group; each gets a page of its own. */
function inFrontOf(camera: ClipName | Camera): void {
  const clips = async (): Promise<Camera> =>
    typeof camera === 'string' && camera !== 'none' && camera !== 'denied' ? { clip: await clipFile(camera) } : camera
  beforeAll(async () => {
    browser = await launchChromium({ camera: await clips() })
    page = await openPage(browser, site.origin)
  })
  afterAll(() => browser?.close())
}

/** An application of its own for a test, so that nobody is enrolled in it but by that test. */
async function application(settings: ApplicationSettingsPatch = {}): Promise<string> {
  const { application_id, public_id } = await server.admin.createApplication({ name: 'Shop' })
  await server.admin.changeSettings(application_id, settings)
  return public_id
}

const enroll = (publicId: string, more: Partial<WidgetCall> = {}): Promise<Outcome> =>
  callWidget(page, { publicId, operation: 'enroll', ...more })

const authenticate = (publicId: string, more: Partial<WidgetCall> = {}): Promise<Outcome> =>
  callWidget(page, { publicId, operation: 'authenticate', ...more })

const expectCode = (outcome: Outcome, code: number): void => expect(outcome.code, JSON.stringify(outcome)).toBe(code)

const press = (name: string) => page.getByRole('button', { name, exact: true }).click({ timeout: 50_000 })

describe('a camera that is refused', () => {
  inFrontOf('denied')

  test('[1] PERMISSION_REFUSED: the person does not allow the camera', async () => {
    expectCode(await authenticate(await application()), fioErrCode.PERMISSION_REFUSED)
  })
})

describe('an empty room', () => {
  inFrontOf('emptyRoom')

  test('[2] NO_FACES_DETECTED: nobody comes in the time for it', async () => {
    const outcome = await authenticate(await application(), { call: { idleTimeout: 4 } })
    expectCode(outcome, fioErrCode.NO_FACES_DETECTED)
  })

  test('[24] ABORTED_BY_USER: the person presses Cancel', async () => {
    const call = authenticate(await application(), { call: { showAbortBtn: true } })
    await page.locator('video').waitFor({ timeout: 50_000 })
    await press('Cancel')
    expectCode(await call, fioErrCode.ABORTED_BY_USER)
  })
})

describe('two people in front of the camera', () => {
  inFrontOf('twoPeople')

  test('[4] MANY_FACES: both stay', async () => {
    expectCode(await authenticate(await application()), fioErrCode.MANY_FACES)
  })
})

describe('two people in turns', () => {
  inFrontOf('mixed')

  test('[6] FACE_MISMATCH: the frames of one enrolment show two people', async () => {
    expectCode(await enroll(await application()), fioErrCode.FACE_MISMATCH)
  })
})

describe('a person', () => {
  inFrontOf('manB')

  test('[3] UNRECOGNIZED_FACE: nobody has enrolled this face', async () => {
    expectCode(await authenticate(await application()), fioErrCode.UNRECOGNIZED_FACE)
  })

  test('[5] PAD_ATTACK: no face is live enough for `pad_threshold` 1', async () => {
    const outcome = await authenticate(await application({ pad_threshold: 1 }), { call: { idleTimeout: 12 } })
    expectCode(outcome, fioErrCode.PAD_ATTACK)
  })

  test('[8] WRONG_PIN_CODE: three wrong PINs where `pin_authenticate` is `always`', async () => {
    const publicId = await application({ pin_enroll: 'required', pin_authenticate: 'always' })
    expectCode(await enroll(publicId, { call: { pin } }), 0)
    const call = authenticate(publicId)
    for (const wrong of ['827164', '827165', '827166']) {
      const field = page.getByRole('textbox')
      await field.fill(wrong, { timeout: 50_000 })
      await field.press('Enter')
      await page.waitForFunction(answered, undefined, { timeout: 50_000 })
    }
    expectCode(await call, fioErrCode.WRONG_PIN_CODE)
  })

  test('[13] SESSION_EXPIRED: the person reads for longer than `session_seconds`', async () => {
    const call = enroll(await application({ session_seconds: 5 }), { call: { userConsent: false } })
    await page.getByRole('button', { name: 'I agree' }).waitFor({ timeout: 50_000 })
    await sleep(5_500)
    await press('I agree')
    expectCode(await call, fioErrCode.SESSION_EXPIRED)
  })

  test('[19] UNIQUE_PIN_REQUIRED: the page gives a PIN that somebody has, while `unique_pins` is on', async () => {
    const publicId = await application({ pin_enroll: 'optional', unique_pins: true, prevent_duplicates: false })
    expectCode(await enroll(publicId, { call: { pin } }), 0)
    expectCode(await enroll(publicId, { call: { pin } }), fioErrCode.UNIQUE_PIN_REQUIRED)
  })

  test('[21] FACE_DUPLICATION: the same person enrolls twice', async () => {
    const publicId = await application()
    expectCode(await enroll(publicId), 0)
    expectCode(await enroll(publicId), fioErrCode.FACE_DUPLICATION)
  })

  test('[22] MINORS_NOT_ALLOWED: `age_gate` with a minimum that nobody reaches', async () => {
    const publicId = await application({ attributes: 'age_gate', minimum_age: 120 })
    expectCode(await enroll(publicId), fioErrCode.MINORS_NOT_ALLOWED)
  })

  test('[23] UPGRADE_REQUIRED: `max_subjects` is reached', async () => {
    expectCode(await enroll(await application({ max_subjects: 0 })), fioErrCode.UPGRADE_REQUIRED)
  })
})

describe('before any camera', () => {
  inFrontOf('none')

  test('[9] PROCESSING_ERR: a payload that is too large', async () => {
    const outcome = await enroll(await application(), { call: { payload: 'x'.repeat(16_385) } })
    expectCode(outcome, fioErrCode.PROCESSING_ERR)
    expect(outcome.mienCode).toBe('PAYLOAD_TOO_LARGE')
  })

  test('[10] UNAUTHORIZED: no application has this public id', async () => {
    expectCode(await authenticate('mp_nobody'), fioErrCode.UNAUTHORIZED)
  })

  test('[11] TERMS_NOT_ACCEPTED: the person declines', async () => {
    const call = enroll(await application(), { call: { userConsent: false } })
    await press('No, thanks')
    expectCode(await call, fioErrCode.TERMS_NOT_ACCEPTED)
  })

  test('[11] TERMS_NOT_ACCEPTED: nobody answers in the time for it', async () => {
    const call = { userConsent: false, termsTimeout: 0.02 }
    expectCode(await enroll(await application(), { call }), fioErrCode.TERMS_NOT_ACCEPTED)
  })

  test('[12] UI_NOT_READY: the page blocks the widget', async () => {
    const blocked = await browser.newPage()
    await blocked.route('**/widget.js', (route) => route.abort())
    await blocked.goto(site.origin)
    const outcome = await callWidget(blocked, { publicId: 'mp_any', operation: 'authenticate' })
    expectCode(outcome, fioErrCode.UI_NOT_READY)
    await blocked.close()
  })

  test('[14] TIMEOUT: the server does not answer in the time for it', async () => {
    const silent = createServer(() => undefined)
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const endpoint = `http://localhost:${(silent.address() as AddressInfo).port}`
    const outcome = await authenticate('mp_any', { call: { replyTimeout: 1 }, widget: { endpoint } })
    expectCode(outcome, fioErrCode.TIMEOUT)
    silent.closeAllConnections()
    silent.close()
  })

  test('[15] TOO_MANY_REQUESTS: an address opens more sessions than MIEN_SESSIONS_PER_MINUTE', async () => {
    const publicId = await application()
    for (let opened = 0; opened < sessionsPerMinute; opened++) {
      const authorization = `Public ${publicId}`
      const headers = { authorization, 'content-type': 'application/json', origin: site.origin }
      await fetch(`${server.url}/v1/sessions`, { method: 'POST', headers, body: '{"operation":"authenticate"}' })
    }
    expectCode(await authenticate(publicId), fioErrCode.TOO_MANY_REQUESTS)
  })

  test('[16] EMPTY_ORIGIN: a sandboxed frame, while `reject_empty_origin` is on', async () => {
    const publicId = await application({ reject_empty_origin: true })
    const framed = await openPage(browser, `${site.origin}/framed`)
    const outcome = await callWidget(framed.frames()[1]!, { publicId, operation: 'authenticate' })
    expectCode(outcome, fioErrCode.EMPTY_ORIGIN)
    await framed.close()
  })

  test('[17] FORBIDDEN_ORIGIN: `origins` names other sites', async () => {
    const publicId = await application({ origins: ['https://elsewhere.example'] })
    expectCode(await authenticate(publicId), fioErrCode.FORBIDDEN_ORIGIN)
  })

  test('[18] FORBIDDEN_COUNTRY: `countries` is set, and this address is not known to be in one of them', async () => {
    expectCode(await authenticate(await application({ countries: ['NZ'] })), fioErrCode.FORBIDDEN_COUNTRY)
  })

  test('[20] SESSION_IN_PROGRESS: a second call, which leaves the first one alone', async () => {
    const first = enroll(await application(), { call: { userConsent: false } })
    await page.getByRole('button', { name: 'I agree' }).waitFor({ timeout: 50_000 })
    expectCode(await authenticate('mp_other'), fioErrCode.SESSION_IN_PROGRESS)
    await press('No, thanks')
    expectCode(await first, fioErrCode.TERMS_NOT_ACCEPTED)
  })

  test('[7] NETWORK_IO: the server is gone', async () => {
    const publicId = await application()
    await page.evaluate(`new faceIO(${JSON.stringify(publicId)}).ready`)
    await server.kill()
    expectCode(await authenticate(publicId), fioErrCode.NETWORK_IO)
  })
})

/** In the page: the last PIN was taken or refused, so that the next one can be typed. */
function answered(): boolean {
  const root = document.querySelector('[data-mien-widget]')?.shadowRoot
  const field = root?.querySelector('input')
  return root == null || field == null || field.value === ''
}
