import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fioErrCode } from '../../packages/client/src/facade/fio-err-code.ts'
import { bytesCanary, filesBelow, findLeaks } from '../rig/canaries.ts'
import { launchChromium } from '../rig/chromium.ts'
import { type RecordingProxy, startRecordingProxy } from '../rig/recording-proxy.ts'
import { scriptedCamera } from '../rig/scripted-camera.ts'
import { startServer, type TestServer } from '../rig/server.ts'
import { openShop, type Shop } from '../rig/shop.ts'
import { callVerified, type VerifiedCall, watchedPage } from '../rig/verified-call.ts'

let server: TestServer
let shop: Shop
let proxy: RecordingProxy
let browser: Browser
let device: BrowserContext

beforeAll(async () => {
  ;[server, proxy] = await Promise.all([startServer({ MIEN_LOG_LEVEL: 'trace' }), startRecordingProxy()])
  shop = await openShop(server, { spot_check_percent: 100 })
  browser = await launchChromium({ camera: 'none', proxy: proxy.address })
  device = await browser.newContext()
})

afterAll(async () => {
  await browser?.close()
  await Promise.all([shop, server, proxy].map((part) => part?.close()))
})

async function call(given: Omit<VerifiedCall, 'publicId'>) {
  const camera = await scriptedCamera('b', 'none')
  const page: Page = await watchedPage(device, shop.origins[0]!, camera)
  try {
    return await callVerified(page, { publicId: shop.credentials.public_id, ...given })
  } finally {
    await page.close()
  }
}

const jpegStart = Buffer.from([0xff, 0xd8, 0xff])
const posted = (path: string) => proxy.requests.filter(({ method, url }) => method === 'POST' && url.endsWith(path))

/** The bytes of each picture in a form, from its first on. */
function picturesIn(form: Buffer): readonly Buffer[] {
  const pictures: Buffer[] = []
  for (let at = form.indexOf(jpegStart); at >= 0; at = form.indexOf(jpegStart, at + 1)) {
    pictures.push(form.subarray(at + 1000, at + 1200))
  }
  return pictures
}

describe('where every sign-in of a known device is checked', () => {
  test('[CE85][SK2][SK4] man B enrolls his device, and is let in at A1 with the pictures that he was asked for', async () => {
    const enrolled = await call({ operation: 'enroll' })
    expect(enrolled.outcome, JSON.stringify(enrolled)).toMatchObject({ code: 0 })
    expect(enrolled.states).not.toContain('picture-notice')
    expect(posted('/v1/reveals')).toEqual([])
    const { outcome, states } = await call({ operation: 'authenticate' })
    expect(outcome, JSON.stringify({ outcome, states })).toMatchObject({ code: 0 })
    expect(states.indexOf('picture-notice')).toBeLessThan(states.indexOf('permission'))
    const { claims } = await shop.backend.redeem(outcome.resultCode)
    expect(claims).toMatchObject({ assurance: 'A1', server_verified: false, liveness: 'none' })
    expect(posted('/v1/reveals').length).toBeGreaterThanOrEqual(1)
  }, 240_000)

  test('[CE85] No, thanks: no camera and no challenge', async () => {
    const before = posted('/v1/challenges').length
    const { outcome, states } = await call({ operation: 'authenticate', declines: true })
    expect(outcome.code).toBe(fioErrCode.TERMS_NOT_ACCEPTED)
    expect(states).not.toContain('permission')
    expect(posted('/v1/challenges')).toHaveLength(before)
  })

  test('[SV15] pictures left where they were asked for alone, and are in no file and no log', async () => {
    const others = proxy.requests.filter(({ url }) => !url.endsWith('/v1/reveals'))
    expect(others.filter(({ body }) => body.includes(jpegStart))).toEqual([])
    const pictures = posted('/v1/reveals').flatMap(({ body }) => picturesIn(body))
    expect(pictures.length).toBeGreaterThanOrEqual(3)
    const canaries = pictures.map((bytes) => bytesCanary('picture', bytes))
    expect(findLeaks([{ name: 'form', bytes: posted('/v1/reveals')[0]!.body }], canaries)).not.toEqual([])
    const log = { name: 'log', bytes: Buffer.from(server.log()) }
    expect(findLeaks([...(await filesBelow(server.dataDir)), log], canaries)).toEqual([])
  })
})
