import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { askPasskeySecret } from './passkey-secret.ts'

const get = vi.fn()
const salt = new Uint8Array(32).fill(7)
const bytes = (text: string) => new TextEncoder().encode(text).buffer

beforeEach(() => {
  vi.stubGlobal('navigator', { credentials: { get } })
  vi.stubGlobal('PublicKeyCredential', class {})
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetAllMocks()
})

/** What browsers hand out (WebAuthn section 5.1). */
const assertion = (extensions: object) => ({
  id: 'id',
  rawId: bytes('id'),
  type: 'public-key',
  response: { clientDataJSON: bytes('data'), authenticatorData: bytes('a'), signature: bytes('s'), userHandle: null },
  getClientExtensionResults: () => extensions,
  authenticatorAttachment: 'platform',
})

describe('[OF14] the secret of a passkey', () => {
  it('is what the authenticator computed of the salt, with the person verified', async () => {
    const first = new Uint8Array(32).fill(9).buffer
    get.mockResolvedValue(assertion({ prf: { results: { first } } }))
    expect(await askPasskeySecret(salt, 'aWQ')).toEqual({ credentialId: 'id', secret: new Uint8Array(first) })
    const { publicKey } = get.mock.calls[0]![0]
    expect(publicKey).toMatchObject({ userVerification: 'required', extensions: { prf: { eval: { first: salt } } } })
    expect(publicKey.allowCredentials).toMatchObject([{ id: bytes('id') }])
  })

  it.each([[{}], [{ prf: {} }], [{ prf: { results: {} } }]])(
    'is not to be had where the browser answers %o, which is said',
    async (extensions) => {
      get.mockResolvedValue(assertion(extensions))
      await expect(askPasskeySecret(salt)).rejects.toMatchObject({
        code: 'BROWSER_UNSUPPORTED',
        details: { passkey: 'prf' },
      })
    },
  )

  it('is not to be had in a browser without passkeys, where nobody is asked', async () => {
    vi.stubGlobal('PublicKeyCredential', undefined)
    Reflect.deleteProperty(globalThis, 'PublicKeyCredential')
    await expect(askPasskeySecret(salt)).rejects.toMatchObject({ code: 'BROWSER_UNSUPPORTED' })
    expect(get).not.toHaveBeenCalled()
  })

  it('is nobody’s where the person says no', async () => {
    get.mockRejectedValue(new DOMException('x', 'NotAllowedError'))
    await expect(askPasskeySecret(salt)).rejects.toMatchObject({ code: 'ABORTED' })
  })
})
