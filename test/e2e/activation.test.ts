import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fioErrCode } from '../../packages/client/src/facade/fio-err-code.ts'
import { readQrCode } from '../fixtures/read-qr-code.ts'
import { launchChromium } from '../rig/chromium.ts'
import { clipFile } from '../rig/clips.ts'
import { startServer, type TestServer } from '../rig/server.ts'
import { callWidget, openPage, openShop, type Shop } from '../rig/shop.ts'

const patience = { timeout: 50_000 }
const phone = { width: 390, height: 844 }

let server: TestServer
let browser: Browser
let shop: Shop

beforeAll(async () => {
  server = await startServer()
  shop = await openShop(server)
  browser = await launchChromium({ camera: { clip: await clipFile('manB') } })
})
afterAll(async () => {
  await browser?.close()
  await shop?.close()
  await server?.close()
})

async function call(method: string, path: string, authorization: string, body?: object) {
  const response = await fetch(new URL(path, server.url), {
    method,
    headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  expect(response.status).toBeLessThan(300)
  const text = await response.text()
  return text === '' ? null : JSON.parse(text)
}

test('[ID1] [ID4] a QR code on a phone activates a face that signs in, until it is switched off', {
  timeout: 300_000,
}, async () => {
  const { secret_key: secretKey, public_id: publicId, idaas } = shop.credentials
  const { facial_id: user } = await call('POST', '/v1/subjects', `Bearer ${secretKey}`, { name: 'Man B' })
  const login = { applicationId: idaas.application_id, sharedSecret: idaas.shared_secret }
  const { authToken } = await call('POST', '/compat/idaas/api/web/v1/adminapi/authenticate', '', login)
  const idaasCall = (method: string, path: string, body?: object) =>
    call(method, `/compat/idaas/api/web/${path}`, authToken, body)
  const { id, qrCode } = await idaasCall('POST', `v2/users/${user}/face`, { returnQRCode: true })
  const link = (await readQrCode(qrCode))!
  expect(link).toMatch(new RegExp(`^${server.url}/enroll\\.html#`))

  const page = await browser.newPage({ viewport: phone, locale: 'en-GB' })
  await page.goto(link)
  await page.getByRole('button', { name: 'Start' }).click(patience)
  await page.getByRole('button', { name: 'I agree' }).click(patience)
  await page.getByRole('dialog').getByRole('button', { name: 'Start' }).click(patience)
  await page.getByText('You can close this page now.').waitFor(patience)
  await page.close()
  expect(await idaasCall('GET', `v1/users/${user}/faces`)).toEqual([{ id, applicantId: user, status: 'ACTIVE' }])

  const site = await openPage(browser, shop.origins[0]!)
  const signIn = () => callWidget(site, { publicId, operation: 'authenticate' })
  expect(await signIn()).toMatchObject({ code: 0, facialId: user })
  await idaasCall('PUT', `v1/users/${user}/face`, { status: 'DISABLED' })
  expect(await signIn()).toMatchObject({ code: fioErrCode.UNRECOGNIZED_FACE, facialId: null })
  await idaasCall('PUT', `v1/users/${user}/face`, { status: 'ACTIVE' })
  expect(await signIn()).toMatchObject({ code: 0, facialId: user })
})
