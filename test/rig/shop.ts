import type { ApplicationCredentials, ApplicationSettingsPatch } from '@mien/shared/api/applications'
import type { Browser, Frame, Page } from 'playwright-core'
import type { FaceIoOptions } from '../../packages/client/src/facade/face-io-types.ts'
import { createDemoBackend, type DemoBackend } from '../../packages/server/src/demo/demo-backend.ts'
import type { TestServer } from './server.ts'
import { isolation, type Site, startSite } from './site.ts'

export type Operation = 'enroll' | 'authenticate'

/** How a call of the widget ended, as plain data: the value of its promise, or the number of its rejection. */
export interface Outcome {
  readonly code: number
  readonly message: string
  readonly mienCode: string | null
  readonly facialId: string | null
  readonly payload: unknown
  readonly resultCode: string
}

/** A website that embeds the server's `fio.js` from another origin, with the backend that belongs to it. */
export interface Shop {
  readonly origins: readonly string[]
  readonly credentials: ApplicationCredentials
  readonly backend: DemoBackend
  close(): Promise<void>
}

/** What a widget may at most ask of its host page; the rest of the page's policy stays as closed as it likes. */
const contentPolicy = (endpoint: string): string =>
  [
    "default-src 'none'",
    `script-src ${endpoint} 'wasm-unsafe-eval'`,
    `connect-src ${endpoint}`,
    'worker-src blob:',
    "base-uri 'none'",
  ].join('; ')

/** Two origins: one with a strict content policy, one that is cross-origin isolated, where the widget may use threads. */
export async function openShop(server: TestServer, settings: ApplicationSettingsPatch = {}): Promise<Shop> {
  const page = `<!doctype html><html lang="en"><title>Shop</title><body><script src="${server.url}/fio.js"></script>`
  const sites: readonly Site[] = await Promise.all([
    startSite({ '/': page }, { 'content-security-policy': contentPolicy(server.url) }),
    startSite({ '/': page }, isolation),
  ])
  const origins = sites.map((site) => site.origin)
  const credentials = await server.admin.createApplication({ name: 'Shop', origins })
  await server.admin.changeSettings(credentials.application_id, settings)
  return {
    origins,
    credentials,
    backend: createDemoBackend({
      applicationId: credentials.application_id,
      secretKey: credentials.secret_key,
      issuer: 'mien',
      send: (path, init) => fetch(new URL(path, server.url), init),
    }),
    async close() {
      await Promise.all(sites.map((site) => site.close()))
    },
  }
}

export async function openPage(browser: Browser, origin: string): Promise<Page> {
  const page = await browser.newPage()
  await page.goto(origin)
  return page
}

export interface WidgetCall {
  readonly publicId: string
  readonly operation: Operation
  readonly call?: Readonly<Record<string, unknown>>
  readonly widget?: FaceIoOptions
}

/** Calls the widget as a page does, consent given elsewhere and without an introduction. Failures reject at once instead of waiting for a click. */
export function callWidget(page: Page | Frame, { publicId, operation, call, widget }: WidgetCall): Promise<Outcome> {
  const input = {
    publicId,
    operation,
    call: { userConsent: true, locale: 'en', enrollIntroTimeout: 0, ...call },
    widget: { failureTimeout: 0, ...widget },
  }
  return page.evaluate(`(async ({ publicId, operation, call, widget }) => {
    const empty = { code: 0, message: '', mienCode: null, facialId: null, payload: null, resultCode: '' }
    try {
      return { ...empty, ...(await new faceIO(publicId, widget)[operation](call)) }
    } catch (error) {
      return { ...empty, code: Number(error), message: String(error.message), mienCode: error.mienCode ?? null }
    }
  })(${JSON.stringify(input)})`)
}
