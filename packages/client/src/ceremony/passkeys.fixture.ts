/** Passkeys around a ceremony, for its tests: an authenticator of our own and what the server says of it. */
import type { PasskeyOptionsRequest, PasskeyOptionsResponse } from '@mien/shared/api/passkeys'
import { MienError } from '@mien/shared/errors'
import type { BrowserPasskeys } from './browser-passkeys.ts'

export interface PasskeyWorld {
  /** What the browser's questions for a passkey end in, one after the other; then they succeed. */
  passkeys?: (MienError | 'never')[]
  /** What adding a passkey ends in, where it fails. */
  passkeyFailures?: MienError[]
  /** What asking for something to sign ends in, where it fails. */
  optionsFailures?: MienError[]
  /** What never comes: the script that asks for passkeys, or the answer to a call. */
  stallsAt?: 'script' | 'v1/passkey-options' | 'v1/passkeys'
  hasNoPasskeys?: boolean
  isDeviceUnable?: boolean
  hasDeclinedPasskeys?: boolean
}

/** How often the browser's question was taken away, and how often somebody would rather have none. */
export interface PasskeyTalk {
  cancelled: number
  declined: number
}

export const fakePasskeys = (world: PasskeyWorld, talk: PasskeyTalk): BrowserPasskeys => ({
  create: async (challenge_id) => {
    await answer(world)
    return { challenge_id, credential_id: 'id', client_data: 'data', attestation_object: 'made' }
  },
  use: async (challenge_id) => {
    await answer(world)
    const signed = { client_data: 'data', authenticator_data: 'data', signature: 'signed' }
    return { challenge_id, credential_id: 'id', ...signed }
  },
  cancel: () => void talk.cancelled++,
  isDeviceAble: async () => world.isDeviceUnable !== true,
  wasDeclined: () => world.hasDeclinedPasskeys === true,
  decline: () => void talk.declined++,
})

async function answer({ passkeys = [] }: PasskeyWorld): Promise<void> {
  const end = passkeys.shift()
  if (end === 'never') await new Promise(() => undefined)
  if (end instanceof MienError) throw end
}

export async function answerPasskeyCall(
  world: PasskeyWorld,
  path: string,
  body: unknown,
): Promise<PasskeyOptionsResponse | undefined> {
  await stall(world, path)
  const isAdded = path === 'v1/passkeys'
  const failure = (isAdded ? world.passkeyFailures : world.optionsFailures)?.shift()
  if (failure !== undefined) throw failure
  return isAdded ? undefined : passkeyOptions(body as PasskeyOptionsRequest)
}

const challenge = 'A'.repeat(43)
const offered = { challenge_id: '0190163d-8694-739b-aea5-966c26f8ad90', expires_at: '2026-01-01T00:05:00Z' }

function passkeyOptions({ purpose }: PasskeyOptionsRequest): PasskeyOptionsResponse {
  const common = { challenge, timeout: 300_000 }
  if (purpose === 'authenticate') {
    return { purpose, ...offered, options: { ...common, rpId: 'shop.example', userVerification: 'required' } }
  }
  const options = {
    ...common,
    rp: { id: 'shop.example', name: 'Shop' },
    user: { id: challenge, name: 'Shop', displayName: 'Shop' },
    pubKeyCredParams: [{ type: 'public-key' as const, alg: -7 }],
    excludeCredentials: [],
    authenticatorSelection: {
      residentKey: 'required' as const,
      requireResidentKey: true as const,
      userVerification: 'required' as const,
    },
    attestation: 'none' as const,
  }
  return { purpose, ...offered, options }
}

export async function stall({ stallsAt }: PasskeyWorld, at: string): Promise<void> {
  if (stallsAt === at) await new Promise(() => undefined)
}
