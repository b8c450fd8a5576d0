import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fioErrCode } from '../../packages/client/src/facade/fio-err-code.ts'
import { framesFrom } from '../fixtures/images.ts'
import { mediaFile } from '../fixtures/media.ts'
import { launchChromium } from '../rig/chromium.ts'
import { type ClipName, clipFile } from '../rig/clips.ts'
import { startServer, type TestServer } from '../rig/server.ts'
import { callWidget, type Outcome, openPage, openShop, type Shop } from '../rig/shop.ts'

/** A backend that was written for uqudo opens sessions for photographs; the widget on a page ends them in front of a person. */
let server: TestServer
let shop: Shop
let token: string
/** A still of man B, and a photograph of man A. */
let photoOfB: Buffer
let photoOfA: Buffer

beforeAll(async () => {
  photoOfB = (await framesFrom('manB', [50]))[0]!.bytes
  photoOfA = await readFile(await mediaFile('franck_01829.jpg'))
  server = await startServer()
  shop = await openShop(server)
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...shop.credentials.uqudo })
  const answer = await fetch(`${server.url}/compat/uqudo/api/oauth/token`, { method: 'POST', body })
  token = ((await answer.json()) as { access_token: string }).access_token
})
afterAll(async () => {
  await Promise.all([shop, server].map((part) => part?.close()))
})

const call = (method: string, path: string, json?: object) =>
  fetch(`${server.url}/compat/uqudo${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  })

async function openSession(photo: Buffer): Promise<string> {
  const answer = await call('POST', '/api/v1/face', { idPhoto: photo.toString('base64') })
  expect(answer.status).toBe(201)
  return ((await answer.json()) as { sessionId: string }).sessionId
}

const authenticate = (page: Page, session: string): Promise<Outcome> =>
  callWidget(page, { publicId: shop.credentials.public_id, operation: 'authenticate', call: { session } })

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
const redeem = async (resultCode: string): Promise<any> =>
  (
    await fetch(`${server.url}/v1/results/redeem`, {
      method: 'POST',
      headers: { authorization: `Bearer ${shop.credentials.secret_key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ result_code: resultCode }),
    })
  ).json()

async function inFrontOf(camera: ClipName, work: (page: Page) => Promise<void>): Promise<void> {
  const browser = await launchChromium({ camera: { clip: await clipFile(camera) } })
  try {
    await work(await openPage(browser, shop.origins[0]!))
  } finally {
    await browser.close()
  }
}

test('[UQ3] man B in front of the camera is who the photograph shows; the signed result names nobody', async () => {
  await inFrontOf('manBAgain', async (page) => {
    const session = await openSession(photoOfB)
    const granted = await authenticate(page, session)
    expect(granted, JSON.stringify(granted)).toMatchObject({ code: 0, facialId: null })
    const redeemed = await redeem(granted.resultCode)
    expect(redeemed).toMatchObject({ facial_id: null, operation: 'authenticate' })
    expect(redeemed.match_level).toBeGreaterThanOrEqual(3)
    const claims = JSON.parse(Buffer.from(redeemed.assertion.split('.')[1], 'base64url').toString('utf8'))
    expect(claims).toMatchObject({ match_level: redeemed.match_level, origin: shop.origins[0] })
    expect(claims.sub).toBeUndefined()

    const again = await authenticate(page, session)
    expect([again.code, again.resultCode], again.message).not.toContain(0)

    const deleted = await openSession(photoOfB)
    expect((await call('DELETE', `/api/v1/info/${deleted}`)).status).toBe(204)
    const refused = await authenticate(page, deleted)
    expect([refused.code, refused.resultCode], refused.message).not.toContain(0)

    const otherMan = await authenticate(page, await openSession(photoOfA))
    expect(otherMan, JSON.stringify(otherMan)).toMatchObject({ code: fioErrCode.UNRECOGNIZED_FACE, facialId: null })
  })
})
