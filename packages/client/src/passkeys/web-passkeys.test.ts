import type { PasskeyCreationOptions, PasskeyRequestOptions } from '@mien/shared/api/passkeys'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openWebPasskeys } from './web-passkeys.ts'

const challenge = 'A'.repeat(43)
const asked: PasskeyRequestOptions = { challenge, timeout: 1, rpId: 'shop.example', userVerification: 'required' }
const making: PasskeyCreationOptions = {
  challenge,
  timeout: 1,
  rp: { id: 'shop.example', name: 'Shop' },
  user: { id: challenge, name: 'Shop', displayName: 'Shop' },
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  excludeCredentials: [],
  authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
  attestation: 'none',
}
const bytes = (text: string) => new TextEncoder().encode(text).buffer
const credentials = { get: vi.fn(), create: vi.fn() }
const browser = openWebPasskeys({ endpoint: 'https://face.example/', publicId: 'shop' })

beforeEach(() => {
  vi.stubGlobal('navigator', { credentials })
  vi.stubGlobal('location', { hostname: 'shop.example' })
  vi.stubGlobal('PublicKeyCredential', class {})
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetAllMocks()
})

/** What browsers hand out (WebAuthn section 5.1). */
const credential = (response: object) => ({
  id: 'id',
  rawId: bytes('id'),
  type: 'public-key',
  response,
  getClientExtensionResults: () => ({}),
  authenticatorAttachment: 'platform',
})

describe('[PK11] what the browser says of a passkey, in the words of the wire', () => {
  it('is what was signed', async () => {
    credentials.get.mockResolvedValue(
      credential({
        clientDataJSON: bytes('data'),
        authenticatorData: bytes('of the authenticator'),
        signature: bytes('signed'),
        userHandle: null,
      }),
    )
    expect(await browser.use('challenge', asked)).toEqual({
      challenge_id: 'challenge',
      credential_id: 'id',
      client_data: Buffer.from('data').toString('base64url'),
      authenticator_data: Buffer.from('of the authenticator').toString('base64url'),
      signature: Buffer.from('signed').toString('base64url'),
    })
  })

  it('is what was made, without the words for transports that the server does not know', async () => {
    credentials.create.mockResolvedValue(
      credential({
        clientDataJSON: bytes('data'),
        attestationObject: bytes('made'),
        getTransports: () => ['internal', 'thought', 'hybrid'],
      }),
    )
    expect(await browser.create('challenge', making)).toMatchObject({
      challenge_id: 'challenge',
      attestation_object: Buffer.from('made').toString('base64url'),
      transports: ['internal', 'hybrid'],
    })
  })

  it('[OF14] is made so that it can also keep a secret', async () => {
    credentials.create.mockRejectedValue(new DOMException('x', 'AbortError'))
    await browser.create('challenge', making).catch(() => undefined)
    expect(credentials.create.mock.calls[0]![0].publicKey.extensions).toEqual({ prf: {} })
  })

  it.each([
    ['NotAllowedError', 'ABORTED'],
    ['AbortError', 'ABORTED'],
    ['UnknownError', 'ABORTED'],
    ['SecurityError', 'ORIGIN_FORBIDDEN'],
    ['NotSupportedError', 'BROWSER_UNSUPPORTED'],
    ['InvalidStateError', 'CONFLICT'],
  ])('%s is %s', async (name, code) => {
    credentials.create.mockRejectedValue(new DOMException('x', name))
    await expect(browser.create('challenge', making)).rejects.toMatchObject({ name: 'MienError', code })
    credentials.get.mockRejectedValue(new DOMException('x', name))
    await expect(browser.use('challenge', asked)).rejects.toMatchObject({ name: 'MienError', code })
  })

  it('is nothing any more once the question is taken away', async () => {
    credentials.get.mockImplementation(
      ({ signal }: { signal: AbortSignal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    )
    const using = browser.use('challenge', asked)
    browser.cancel()
    await expect(using).rejects.toMatchObject({ code: 'ABORTED' })
  })

  it('of a device that says nothing of itself is that it keeps none', async () => {
    expect(await browser.isDeviceAble()).toBe(false)
  })
})
