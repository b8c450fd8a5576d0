import { afterAll, beforeAll, expect, test } from 'vitest'
import { fioErrCode } from '../../packages/client/src/facade/fio-err-code.ts'
import { createMienServerClient } from '../../packages/server/src/client/mien-server-client.ts'
import { launchChromium } from '../rig/chromium.ts'
import { clipFile } from '../rig/clips.ts'
import { type RecordingProxy, startRecordingProxy } from '../rig/recording-proxy.ts'
import { startServer, type TestServer } from '../rig/server.ts'
import { callWidget, type Operation, openPage, openShop, type Shop } from '../rig/shop.ts'

/** The software adapter takes seconds for one network on one frame. */
const limitMs = 600_000
const patience = { idleTimeout: 300, replyTimeout: 120 }

let server: TestServer
let shop: Shop
let proxy: RecordingProxy

beforeAll(async () => {
  ;[server, proxy] = await Promise.all([startServer(), startRecordingProxy()])
  shop = await openShop(server)
})

afterAll(async () => {
  await Promise.all([shop, server, proxy].map((part) => part?.close()))
})

/** The camera's clip comes round, and with few frames a second a capture may be what was enrolled over again (PO23). */
async function lastOutcome(): Promise<string | undefined> {
  const backend = createMienServerClient({ baseUrl: server.url, secretKey: shop.credentials.secret_key })
  return (await backend.audit({ limit: 1 })).records[0]?.outcome
}

test('a person enrolls and is recognised with the heavy networks on WebGPU', { timeout: limitMs }, async () => {
  const camera = { clip: await clipFile('manA') }
  const browser = await launchChromium({ camera, webGpu: true, proxy: proxy.address })
  try {
    const page = await openPage(browser, shop.origins[0]!)
    const run = (operation: Operation) =>
      callWidget(page, {
        publicId: shop.credentials.public_id,
        operation,
        call: patience,
        widget: { backend: 'webgpu', allowSoftwareWebGpu: true },
      })
    const enrolled = await run('enroll')
    expect(enrolled).toMatchObject({ code: 0 })
    const first = await run('authenticate')
    const isCopy = first.code === fioErrCode.UNRECOGNIZED_FACE && (await lastOutcome()) === 'near_copy'
    const signedIn = isCopy ? await run('authenticate') : first
    expect(signedIn).toMatchObject({ code: 0, facialId: enrolled.facialId })
  } finally {
    await browser.close()
  }
  // The runtime that carries WebGPU was loaded, and the one without it was not.
  const runtimes = proxy.requests.map(({ url }) => url).filter((url) => url.endsWith('.wasm'))
  expect(runtimes.filter((url) => /jspi|asyncify/.test(url))).not.toEqual([])
  expect(runtimes.filter((url) => !/jspi|asyncify/.test(url))).toEqual([])
})
