import { syncHeader } from '@mien/shared/api/device-signature'
import { type Jwks, jwks } from '@mien/shared/api/results'
import type { ConsentStatement } from '@mien/shared/api/submissions'
import {
  type PullRequest,
  type PullResponse,
  pullResponse,
  type SyncRegistration,
  type SyncRequest,
  type SyncResponse,
  syncProtocol,
  syncRegistration,
  syncResponse,
  type TicketsRequest,
  type TicketsResponse,
  ticketsResponse,
} from '@mien/shared/api/sync'
import { MienError } from '@mien/shared/errors'
import type { ZodMiniType } from 'zod/mini'
import type { send } from '../http/api-client.ts'
import type { DeviceKey } from '../storage/device-keys.ts'

/**
 * What a device says to the server, each signed by its key. Each rejects with MienError: what the server says, NETWORK_IO, REPLY_TIMEOUT;
 * `details.retry_after` is in how many seconds to ask again, where the server says so.
 */
export interface SyncApi {
  registerKiosk(registrationCode: string, key: DeviceKey): Promise<SyncRegistration>
  /** @param clientToken of a session that enrolled or recognised the person a moment ago */
  registerOwn(clientToken: string, consent: ConsentStatement, key: DeviceKey): Promise<SyncRegistration>
  sync(request: Omit<SyncRequest, 'protocol'>, key: DeviceKey): Promise<SyncResponse>
  pull(request: Omit<PullRequest, 'protocol'>, key: DeviceKey): Promise<PullResponse>
  tickets(request: Omit<TicketsRequest, 'protocol'>, key: DeviceKey): Promise<TicketsResponse>
  /** Those by which its statements are known. */
  serverKeys(): Promise<Jwks['keys']>
}

export interface SyncApiOptions {
  readonly endpoint: string
  readonly signal: AbortSignal
  readonly send: typeof send
}

/** Milliseconds for each answer: 512 KB on a slow line, and 200 events that the server decides about one by one. */
const replyTimeoutMs = 60_000

export function createSyncApi({ endpoint, signal, send }: SyncApiOptions): SyncApi {
  const protocol = syncProtocol
  const options = { endpoint, signal, replyTimeoutMs }
  const post = <T>(path: string, body: unknown, key: DeviceKey, schema: ZodMiniType<T>, authorization?: string) =>
    heeding((fetch) =>
      send(
        { ...options, fetch },
        {
          path: `v1/sync${path}`,
          body,
          enclosed: { pictures: [], sign: (content) => key.sign(content, syncHeader) },
          ...(authorization === undefined ? {} : { authorization }),
        },
        schema,
      ),
    )
  return {
    registerKiosk: (registration_code, key) =>
      post('/kiosks', { protocol, registration_code, public_key: key.publicKey }, key, syncRegistration),
    registerOwn: (token, consent, key) =>
      post('/own-devices', { protocol, consent }, key, syncRegistration, `Session ${token}`),
    sync: (request, key) => post('', { protocol, ...request }, key, syncResponse),
    pull: (request, key) => post('/pull', { protocol, ...request }, key, pullResponse),
    tickets: (request, key) => post('/tickets', { protocol, ...request }, key, ticketsResponse),
    serverKeys: async () => (await send(options, { path: '.well-known/jwks.json' }, jwks)).keys,
  }
}

/** Keeps of an answer when to ask again. */
async function heeding<T>(ask: (fetch: typeof globalThis.fetch) => Promise<T>): Promise<T> {
  let seconds = 0
  try {
    return await ask(async (...call) => {
      const response = await fetch(...call)
      seconds = Number(response.headers.get('retry-after'))
      return response
    })
  } catch (error) {
    if (!(error instanceof MienError) || !(seconds > 0)) throw error
    throw new MienError(error.code, { message: error.message, details: { ...error.details, retry_after: seconds } })
  }
}
