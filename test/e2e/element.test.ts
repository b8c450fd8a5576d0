import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDemoBackend } from '../../packages/server/src/demo/demo-backend.ts'
import { launchChromium } from '../rig/chromium.ts'
import { clipFile } from '../rig/clips.ts'
import { startServer, type TestServer } from '../rig/server.ts'
import { type Site, startSite } from '../rig/site.ts'

const patience = { timeout: 50_000 }

let server: TestServer
let site: Site
let browser: Browser
let page: Page
let redeem: (resultCode: string) => Promise<unknown>

beforeAll(async () => {
  server = await startServer()
  const { application_id, public_id, secret_key } = await server.admin.createApplication({ name: 'Shop' })
  const send = (path: string, init?: RequestInit) => fetch(new URL(path, server.url), init)
  const backend = createDemoBackend({ applicationId: application_id, secretKey: secret_key, issuer: 'mien', send })
  redeem = (resultCode) => backend.redeem(resultCode)
  site = await startSite({
    '/': `<!doctype html><html lang="en"><title>Shop</title><body><script src="${server.url}/mien-face.js"></script>
      <form action="/sign-in" method="post"><fieldset>
        <mien-face app-id="${public_id}" operation="enroll" name="result_code" submit user-consent enroll-intro-timeout="0" failure-timeout="0" locale="en"></mien-face>
      </fieldset></form>`,
    '/sign-in': '<!doctype html><title>Signed in</title>',
  })
  browser = await launchChromium({ camera: { clip: await clipFile('manB') } })
  page = await browser.newPage()
  await page.goto(site.origin)
})

afterAll(async () => {
  await browser?.close()
  await Promise.all([site, server].map((part) => part?.close()))
})

test('attributes and properties say the same', async () => {
  const seen = await page.evaluate(`(() => {
    const face = document.querySelector('mien-face')
    face.payload = { name: 'Ada' }
    face.showAbort = true
    face.idleTimeout = 20
    const { operation, submit, userConsent, enrollIntroTimeout, payload, busy, resultCode, name } = face
    const attributes = ['payload', 'show-abort', 'idle-timeout'].map((each) => face.getAttribute(each))
    face.idleTimeout = null
    face.operation = 'nonsense'
    const fallback = face.operation
    face.operation = 'enroll'
    return { operation, submit, userConsent, enrollIntroTimeout, payload, busy, resultCode, name, attributes, fallback, left: face.hasAttribute('idle-timeout') }
  })()`)
  expect(seen).toEqual({
    operation: 'enroll',
    submit: true,
    userConsent: true,
    enrollIntroTimeout: 0,
    payload: { name: 'Ada' },
    busy: false,
    resultCode: null,
    name: 'result_code',
    attributes: ['{"name":"Ada"}', '', '20'],
    fallback: 'authenticate',
    left: false,
  })
})

test('a disabled fieldset disables the button', async () => {
  const button = page.getByRole('button', { name: 'Set up face sign-in' })
  await page.evaluate('document.querySelector("fieldset").disabled = true')
  expect(await button.isDisabled()).toBe(true)
  await page.evaluate('document.querySelector("fieldset").disabled = false')
  expect(await button.isEnabled()).toBe(true)
})

test('a failure is an event that leaves shadow roots, and a rejection for who called; the element’s end is the widget’s', async () => {
  const seen = await page.evaluate(`(async () => {
    const outer = document.createElement('div')
    const face = document.createElement('mien-face')
    outer.attachShadow({ mode: 'open' }).append(face)
    document.body.append(outer)
    const events = []
    document.body.addEventListener('mien-error', ({ detail }) => events.push(detail.code), { once: true })
    face.setAttribute('payload', '{')
    const wrongPayload = await face.enroll().catch((error) => error.code)
    face.payload = undefined
    const states = new Promise((resolve) => outer.addEventListener('mien-state', ({ detail }) => resolve(detail.name), { once: true }))
    face.appId = document.querySelector('form mien-face').appId
    const call = face.authenticate({ locale: 'en' }).catch((error) => error.code)
    const second = await face.authenticate().catch((error) => error.code)
    const busy = face.hasAttribute('busy')
    const state = await states
    outer.remove()
    const removed = await call
    return { events, wrongPayload, second, busy, state, removed, open: document.querySelector('[data-mien-widget]') !== null }
  })()`)
  expect(seen).toEqual({
    events: [9],
    wrongPayload: 9,
    second: 20,
    busy: true,
    state: 'preparing',
    removed: 24,
    open: false,
  })
})

test('pressed with the keyboard it enrolls, and the form brings the result code to the backend', async () => {
  await page.evaluate(
    `window.told = []; document.addEventListener('mien-enroll', ({ detail }) => told.push(detail.facialId))`,
  )
  const sent = page.waitForRequest(
    (request) => request.method() === 'POST' && request.url().endsWith('/sign-in'),
    patience,
  )
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  const resultCode = new URLSearchParams((await sent).postData() ?? '').get('result_code')
  expect(await redeem(resultCode ?? '')).toMatchObject({ payload: { name: 'Ada' }, claims: { operation: 'enroll' } })
  await page.waitForURL('**/sign-in')
})
