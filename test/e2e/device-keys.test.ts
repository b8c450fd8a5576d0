import type { DevicePublicKey } from '@mien/shared/api/fields'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { thumbprint, verifySubmission } from '../../packages/server/src/domain/device-signatures.ts'
import { openSourcePages, type SourcePages } from '../rig/source-pages.ts'
import type { DevicePage } from './device-page/main.ts'

let pages: SourcePages<DevicePage>
let page: Page

beforeAll(async () => {
  pages = await openSourcePages<DevicePage>('e2e/device-page', 'device')
}, 120_000)
afterAll(() => pages?.close())
beforeEach(async () => {
  page = await pages.open()
})

const ask = <Name extends keyof DevicePage>(name: Name, text = '', of = page) => pages.ask(of, name, text as never)

test('[DK7] WEB-07: the key cannot be taken out, survives a reload and is wiped by logoutDevice()', async () => {
  const keyId = await ask('keyId')
  const { isExtractable, ways } = await ask('exportStored')
  expect(isExtractable).toBe(false)
  expect(ways).toHaveLength(4)
  expect(new Set(ways)).toEqual(new Set(['InvalidAccessError']))
  await pages.load(page)
  expect(await ask('keyId')).toBe(keyId)
  await ask('logout')
  expect(await ask('stored')).toBe(0)
  const next = await ask('keyId')
  expect(next).not.toBe(keyId)
  expect(next).toMatch(/^[\w-]{43}$/)
  console.info(
    `WEB-07: 0 of ${ways.length} ways took the key out; the same after a reload; another after logoutDevice()`,
  )
}, 120_000)

test('[DK1] what it signs is what the server verifies, byte for byte', async () => {
  const text = '{"name":"Zoë 🙂"}'
  const { publicKey, signature } = await ask('sign', text)
  const offer = { public_key: publicKey as DevicePublicKey }
  const verify = (content: string) =>
    verifySubmission({ bytes: Buffer.from(content), signature }, offer, async () => [])
  await expect(verify(text)).resolves.toEqual({ keyId: thumbprint(offer.public_key), offer })
  await expect(verify(`${text} `)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' })
}, 120_000)

test('[DK7] two pages that need a key at the same moment get one', async () => {
  const other = await pages.open(page.context())
  const ids = await Promise.all([page, other, page, other].map((each) => ask('keyId', '', each)))
  expect(new Set(ids).size).toBe(1)
}, 120_000)

test('[DK7] a browser that keeps nothing has no key, and says so without failing', async () => {
  expect(await ask('keyIdWithoutStorage')).toBeNull()
}, 120_000)
