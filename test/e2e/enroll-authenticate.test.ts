import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fioErrCode } from '../../packages/client/src/facade/fio-err-code.ts'
import { launchChromium } from '../rig/chromium.ts'
import { type ClipName, clipFile } from '../rig/clips.ts'
import { findPixels, modelOf } from '../rig/find-pixels.ts'
import { type RecordingProxy, startRecordingProxy } from '../rig/recording-proxy.ts'
import { startServer, type TestServer } from '../rig/server.ts'
import { callWidget, type Operation, type Outcome, openPage, openShop, type Shop } from '../rig/shop.ts'

const payload = { name: 'B', roles: ['reader'] }

let server: TestServer
let shop: Shop
let proxy: RecordingProxy
let browserOfB: Browser
const facialIds = { manA: '', manB: '' }

beforeAll(async () => {
  ;[server, proxy] = await Promise.all([startServer(), startRecordingProxy()])
  shop = await openShop(server)
})

afterAll(async () => {
  await browserOfB?.close()
  await Promise.all([shop, server, proxy].map((part) => part?.close()))
})

const openCamera = async (camera: ClipName): Promise<Browser> =>
  launchChromium({ camera: { clip: await clipFile(camera) }, proxy: proxy.address })

/** Shows the whole outcome when it is not the expected one: its message says what went wrong. */
const expectOutcome = (outcome: Outcome, expected: Partial<Outcome>): void =>
  expect(outcome, JSON.stringify(outcome)).toMatchObject(expected)

const run = (page: Page, operation: Operation, call: Readonly<Record<string, unknown>> = {}) =>
  callWidget(page, { publicId: shop.credentials.public_id, operation, call })

/** One launch for one camera; the page is on the first or second of the shop's origins. */
async function inFrontOf<T>(camera: ClipName, which: 0 | 1, work: (page: Page) => Promise<T>): Promise<T> {
  const browser = await openCamera(camera)
  try {
    return await work(await openPage(browser, shop.origins[which]!))
  } finally {
    await browser.close()
  }
}

describe('two people sign in on a website of another origin', () => {
  test('man B enrolls; his backend redeems the result once, for a signed assertion', async () => {
    await inFrontOf('manB', 0, async (page) => {
      const enrolled = await run(page, 'enroll', { payload })
      expectOutcome(enrolled, { code: 0, facialId: expect.stringMatching(/^[0-9a-f-]{36}$/) })
      const { claims } = await shop.backend.redeem(enrolled.resultCode)
      expect(claims).toMatchObject({ operation: 'enroll', sub: enrolled.facialId, assurance: 'A0', factors: ['face'] })
      expect(claims).toMatchObject({ origin: shop.origins[0], aud: shop.credentials.application_id })
      await expect(shop.backend.redeem(enrolled.resultCode)).rejects.toMatchObject({ code: 'RESULT_USED' })
      facialIds.manB = enrolled.facialId!

      expectOutcome(await run(page, 'enroll'), { code: fioErrCode.FACE_DUPLICATION })
    })
  })

  test('man B is recognised in another recording, on the other origin', async () => {
    browserOfB = await openCamera('manBAgain')
    const page = await openPage(browserOfB, shop.origins[1]!)
    expect(await page.evaluate('crossOriginIsolated')).toBe(true)
    const recognised = await run(page, 'authenticate')
    expectOutcome(recognised, { code: 0, facialId: facialIds.manB, payload })
    const redeemed = await shop.backend.redeem(recognised.resultCode)
    expect(redeemed).toMatchObject({ facialId: facialIds.manB, payload })
    expect(redeemed.claims).toMatchObject({ operation: 'authenticate', origin: shop.origins[1] })
  })

  test('man A is unknown, enrolls, and is then himself and not man B', async () => {
    await inFrontOf('manA', 0, async (page) => {
      expectOutcome(await run(page, 'authenticate'), { code: fioErrCode.UNRECOGNIZED_FACE })
      const enrolled = await run(page, 'enroll')
      expectOutcome(enrolled, { code: 0 })
      facialIds.manA = enrolled.facialId!
      expect(facialIds.manA).not.toBe(facialIds.manB)
      const back = await run(page, 'authenticate')
      expectOutcome(back, { code: 0, facialId: facialIds.manA, payload: null })
      // The browser in which he enrolled keeps a key of his.
      const { claims } = await shop.backend.redeem(back.resultCode)
      expect(claims).toMatchObject({ assurance: 'A1', factors: ['face', 'device'], sub: facialIds.manA })
    })
  })

  test('a killed and restarted server still knows everyone', async () => {
    await server.kill()
    await server.restart()
    const page = await openPage(browserOfB, shop.origins[0]!)
    expectOutcome(await run(page, 'authenticate'), { code: 0, facialId: facialIds.manB, payload })
    await expect(shop.backend.subject(facialIds.manA)).resolves.toMatchObject({ facial_id: facialIds.manA })
  })
})

describe('what leaves the browser, over all of the above', () => {
  test('no request goes anywhere but to the page itself and the endpoint', () => {
    const allowed = new Set([server.url, ...shop.origins])
    expect(proxy.requests.filter(({ origin }) => origin === new URL(server.url).origin)).not.toEqual([])
    expect(proxy.requests.filter(({ origin }) => !allowed.has(origin)).map(({ url }) => url)).toEqual([])
  })

  test('WEB-08: no request carries pixels', async () => {
    const model = await modelOf(server)
    expect(proxy.requests.filter(({ body }) => body.length > 0).length).toBeGreaterThan(10)
    expect(proxy.requests.flatMap(({ body }) => findPixels(body, model))).toEqual([])
  })
})
