import { neutralColour } from '@mien/shared/policy/capture-script'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fioErrCode } from '../../packages/client/src/facade/fio-err-code.ts'
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
/** A device that nobody has seen is no A2. */
let device: BrowserContext

beforeAll(async () => {
  ;[server, proxy] = await Promise.all([startServer(), startRecordingProxy()])
  shop = await openShop(server, { min_assurance_enroll: 'A2', min_assurance_authenticate: 'A2' })
  browser = await launchChromium({ camera: 'none', proxy: proxy.address })
  device = await browser.newContext()
})

afterAll(async () => {
  await browser?.close()
  await Promise.all([shop, server, proxy].map((part) => part?.close()))
})

/** On the shop's page with the strict content policy. */
async function inFrontOf<T>(camera: string, work: (page: Page) => Promise<T>): Promise<T> {
  const page = await watchedPage(device, shop.origins[0]!, camera)
  try {
    return await work(page)
  } finally {
    await page.close()
  }
}

const publicId = () => shop.credentials.public_id

/** Up to five of a hundred honest captures may be taken for a recording (SEC-11): one in this file may be done again, two are a fault. */
const mayBeRefused = 1
const refused: unknown[] = []

async function succeed(operation: 'enroll' | 'authenticate', options: VerifiedCall['options'] = {}) {
  const camera = await scriptedCamera('b', 'follows')
  for (;;) {
    const { outcome, states, colours } = await inFrontOf(camera, (page) =>
      callVerified(page, { publicId: publicId(), operation, options }),
    )
    if (outcome.code === 0) return { outcome, states, colours }
    refused.push({ outcome, states })
    if (outcome.code !== fioErrCode.PAD_ATTACK || refused.length > mayBeRefused)
      throw new Error(`Not taken: ${JSON.stringify(refused)}`)
  }
}

let facialId = ''

describe('where the server looks itself', () => {
  test('[CE80][CE81] man B enrolls at A2, with one picture for each step and the bytes that were signed', async () => {
    const { outcome, states } = await succeed('enroll')
    expect(states).toEqual(expect.arrayContaining(['picture-notice', 'verifying']))
    const { claims } = await shop.backend.redeem(outcome.resultCode)
    expect(claims).toMatchObject({ operation: 'enroll', assurance: 'A2', server_verified: true })
    facialId = claims.sub as string
  }, 180_000)

  test('[CE80] and is recognised under another script', async () => {
    const { outcome } = await succeed('authenticate')
    const { claims } = await shop.backend.redeem(outcome.resultCode)
    expect(claims).toMatchObject({ sub: facialId, assurance: 'A2', server_verified: true })
  }, 180_000)

  test.for([
    ['colours: heads turn', { flashes: 'off' }, false],
    ['motion: colours alone', { motion: 'still' }, true],
  ] as const)('[CE83] and without %s', { timeout: 180_000 }, async ([, options, isFlashed]) => {
    const { outcome, states, colours } = await succeed('authenticate', options)
    expect(states).toEqual(expect.arrayContaining(['picture-notice', 'verifying']))
    expect(colours.some((colour) => colour !== neutralColour)).toBe(isFlashed)
    const { claims } = await shop.backend.redeem(outcome.resultCode)
    expect(claims).toMatchObject({ sub: facialId, assurance: 'A2', server_verified: true })
  })

  test('a recording that turns as asked and that the light does not reach is refused', async () => {
    await inFrontOf(await scriptedCamera('b', 'none'), async (page) => {
      const { outcome, states } = await callVerified(page, { publicId: publicId(), operation: 'authenticate' })
      expect(outcome, JSON.stringify({ outcome, states })).toMatchObject({ code: fioErrCode.PAD_ATTACK })
      expect(states).toContain('verifying')
    })
  })

  test('[CE82] No, thanks: no camera, no challenge', async () => {
    await inFrontOf(await scriptedCamera('b', 'follows'), async (page) => {
      const before = challenges()
      const call = { publicId: publicId(), operation: 'authenticate', declines: true } as const
      const { outcome, states } = await callVerified(page, call)
      expect(outcome.code).toBe(fioErrCode.TERMS_NOT_ACCEPTED)
      expect(states).not.toContain('permission')
      expect(challenges()).toBe(before)
    })
  })

  test('pictures left in forms alone, each of at most 40 KB', () => {
    const posted = proxy.requests.filter(({ url, method }) => method === 'POST' && url.endsWith('/v1/submissions'))
    const forms = posted.map(({ body }) => body)
    expect(forms.length).toBeGreaterThanOrEqual(3)
    for (const form of forms) {
      const pictures = form.toString('latin1').split('\xff\xd8\xff').length - 1
      expect(pictures).toBeGreaterThanOrEqual(7)
      expect(form.length).toBeLessThan(24_000 + pictures * 41_000)
    }
    const others = proxy.requests.filter(({ url }) => !url.endsWith('/v1/submissions'))
    expect(others.filter(({ body }) => body.includes(Buffer.from([0xff, 0xd8, 0xff])))).toEqual([])
  })
})

const challenges = () =>
  proxy.requests.filter(({ url, method }) => method === 'POST' && url.endsWith('/v1/challenges')).length
