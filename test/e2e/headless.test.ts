import type { ApplicationCredentials, ApplicationSettingsPatch } from '@mien/shared/api/applications'
import type { FaceDetails } from '@mien/shared/api/fields'
import { type RedeemResponse, redeemResponse } from '@mien/shared/api/results'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EnrollOptions } from '../../packages/client/src/ceremony/state.ts'
import { launchChromium } from '../rig/chromium.ts'
import { clipFile } from '../rig/clips.ts'
import { startServer, type TestServer } from '../rig/server.ts'
import { openPage } from '../rig/shop.ts'
import { type Site, startSite } from '../rig/site.ts'

type Method = 'enroll' | 'authenticate' | 'checkLiveness' | 'verifyAge'

interface Drive {
  readonly publicId: string
  readonly method: Method
  readonly options?: EnrollOptions
}

/** How a ceremony went, as plain data. */
interface Course {
  /** States by name, repeats left out. */
  readonly states: readonly string[]
  readonly actions: readonly string[]
  // biome-ignore lint/suspicious/noExplicitAny: it crossed from the page as JSON, and each test checks the fields that it reads
  readonly result: any
  readonly failure: string | null
}

let server: TestServer
let site: Site
let browser: Browser
let page: Page

beforeAll(async () => {
  ;[server, site] = await Promise.all([startServer(), startSite({ '/': '<!doctype html><title>Shop</title>' })])
  browser = await launchChromium({ camera: { clip: await clipFile('manB') } })
  page = await openPage(browser, site.origin)
})

afterAll(async () => {
  await browser?.close()
  await Promise.all([site, server].map((part) => part?.close()))
})

async function openApplication(settings: ApplicationSettingsPatch = {}): Promise<ApplicationCredentials> {
  const credentials = await server.admin.createApplication({ name: 'Shop', origins: [site.origin] })
  await server.admin.changeSettings(credentials.application_id, settings)
  return credentials
}

/** A page without a user interface: it takes each action as soon as it is legal. All of `drives` run at once. */
const drive = (...drives: readonly Drive[]): Promise<readonly Course[]> => driveIn(page, drives)

const driveIn = (shown: Page, drives: readonly Drive[]): Promise<readonly Course[]> =>
  shown.evaluate(`(async ({ endpoint, drives }) => {
    const { MienClient } = await import(endpoint + '/widget.js')
    return Promise.all(drives.map(async ({ publicId, method, options }) => {
      const client = new MienClient(publicId, { endpoint })
      const ceremony = client[method](options)
      const states = []
      const actions = []
      ceremony.subscribe((state) => {
        if (states.at(-1) !== state.name) states.push(state.name)
        if (state.name === 'active' && actions.at(-1) !== state.action) actions.push(state.action)
        if (state.name === 'consent') state.accept({ text: 'I agree', locale: 'en' })
        if (state.name === 'intro') state.proceed()
        if (state.name === 'retry') state.again()
      })
      const ended = await ceremony.result.then(
        (result) => ({ result, failure: null }),
        (error) => ({ result: null, failure: error.code ?? error.reason ?? String(error) }),
      )
      client.dispose()
      return { states, actions, ...ended }
    }))
  })(${JSON.stringify({ endpoint: server.url, drives })})`)

async function redeem({ secret_key }: ApplicationCredentials, resultCode: string): Promise<RedeemResponse> {
  const response = await fetch(new URL('/v1/results/redeem', server.url), {
    method: 'POST',
    headers: { authorization: `Bearer ${secret_key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ result_code: resultCode }),
  })
  return redeemResponse.parse(await response.json())
}

/** Of the network's kind. How often it is right is for `npm run evaluate` to say: of this man it is not sure. */
function expectGuess({ gender, age }: FaceDetails): void {
  expect(gender).toBeOneOf(['male', 'female', null])
  expect(age).toBeGreaterThan(10)
  expect(age).toBe(Math.floor(age ?? Number.NaN))
}

describe('a page without a user interface', () => {
  test('[CE60] [CE61] enrolls into two applications at once, side by side; one asks for a script, which is done without motion', async () => {
    const [plain, scripted] = await Promise.all([openApplication(), openApplication({ active_steps: 2 })])
    const [one, other] = await drive(
      { publicId: plain.public_id, method: 'enroll', options: { enrollIntroTimeout: 5 } },
      { publicId: scripted.public_id, method: 'enroll', options: { motion: 'still' } },
    )
    expect([one!.failure, other!.failure]).toEqual([null, null])
    expect(one!.states.filter((name) => name !== 'preparing').slice(0, 3)).toEqual(['consent', 'intro', 'permission'])
    expect(one!.actions).toEqual([])
    expect(other!.actions).toEqual(['hold'])
    expect(other!.states.lastIndexOf('capturing')).toBeGreaterThan(other!.states.lastIndexOf('active'))
    const redeemed = await Promise.all([
      redeem(plain, one!.result.resultCode),
      redeem(scripted, other!.result.resultCode),
    ])
    expect(redeemed[0].facial_id).not.toBe(redeemed[1].facial_id)
    const camera = { width: 640, height: 480, virtual_suspected: expect.any(Boolean), frozen_ratio: expect.any(Number) }
    expect(redeemed.map(({ page_claims }) => page_claims)).toEqual([
      { active_check: 'none', camera },
      { active_check: 'still', camera },
    ])
  })

  test('[CE66] checks that somebody is alive, and how old they seem, and sends nothing of it', async () => {
    const { public_id: publicId } = await openApplication({ minimum_age: 10 })
    const submissions: string[] = []
    page.on('request', (request) => {
      if (request.url().includes('/v1/submissions')) submissions.push(request.url())
    })
    const [alive] = await drive({ publicId, method: 'checkLiveness' })
    expect(alive).toMatchObject({ failure: null, result: { operation: 'liveness' } })
    expect(alive!.result.live).toBeGreaterThan(0.5)
    const [age] = await drive({ publicId, method: 'verifyAge' })
    expect(age).toMatchObject({ failure: null, result: { operation: 'age_verify', minimumAge: 10, ofAge: true } })
    expectGuess(age!.result.details)
    expect(submissions).toEqual([])
  })

  test('[CE64] [CE65] guesses while enrolling as the application says; who is too young never gets to the server', async () => {
    const [details, strict] = await Promise.all([
      openApplication({ attributes: 'details' }),
      openApplication({ attributes: 'age_gate', minimum_age: 120 }),
    ])
    const [told] = await drive({ publicId: details.public_id, method: 'enroll', options: { userConsent: true } })
    expect(told!.failure).toBeNull()
    expectGuess(told!.result.details)
    const [refused] = await drive({ publicId: strict.public_id, method: 'enroll', options: { userConsent: true } })
    expect(refused).toMatchObject({ failure: 'minor' })
    expect(refused!.states).not.toContain('deciding')
  })
})

describe('a person who does what the script asks', () => {
  test.for([
    ['blinking', 'blink'],
    ['turning', 'turn_left'],
    ['comeCloser', 'come_closer'],
  ] as const)('[CE60] clip %s: %s', async ([clip, action]) => {
    const credentials = await openApplication({ active_steps: 1, active_actions: [action] })
    const moving = await launchChromium({ camera: { clip: await clipFile(clip), startsAnew: true } })
    try {
      const shown = await openPage(moving, site.origin)
      const call = { publicId: credentials.public_id, method: 'enroll', options: { userConsent: true } } as const
      const [course] = await driveIn(shown, [call])
      expect(course).toMatchObject({ failure: null, actions: [action] })
      const { page_claims: claims } = await redeem(credentials, course!.result.resultCode)
      expect(claims.active_check).toBe('motion')
    } finally {
      await moving.close()
    }
  })
})
