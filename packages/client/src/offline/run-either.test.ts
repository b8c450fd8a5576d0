import { type ErrorCode, MienError } from '@mien/shared/errors'
import { expect, it } from 'vitest'
import type { CeremonyPorts } from '../ceremony/ports.ts'
import { Refusal } from '../ceremony/refusal.ts'
import type { Stage } from '../ceremony/stage.ts'
import type { CeremonyResult } from '../ceremony/state.ts'
import type { ApiClient } from '../http/api-client.ts'
import type { OfflineDecider } from './decide-offline.ts'
import { runEither } from './run-either.ts'
import type { RunCeremony } from './run-offline-ceremony.ts'

const online = { operation: 'authenticate', resultCode: 'code' } as unknown as CeremonyResult
const session = { client_token: 'token' }

const nothingEnclosed = { pictures: [] }
const submit = (api: ApiClient) => api.submit('', {} as never, nothingEnclosed)

const walkOff = (api: ApiClient) => api.askChallenge('', {}).catch(() => Promise.reject(new MienError('IDLE_TIMEOUT')))

/** What comes of a ceremony whose calls end so; `device`: the device was asked. */
async function endOf(
  calls: Partial<Record<keyof ApiClient, ErrorCode | MienError>>,
  end?: Error,
  tell: (api: ApiClient) => Promise<unknown> = submit,
): Promise<unknown> {
  const call = (name: keyof ApiClient) => async () => {
    const failure = calls[name]
    if (failure !== undefined) throw typeof failure === 'string' ? new MienError(failure) : failure
    return session
  }
  const api = {
    openSession: call('openSession'),
    askChallenge: call('askChallenge'),
    submit: call('submit'),
    reveal: call('reveal'),
    stepUp: call('stepUp'),
    call: call('call'),
  } as unknown as ApiClient
  const device = {
    tell: () => undefined,
    prepare: async () => {
      throw new Error('device')
    },
  } as unknown as OfflineDecider
  const run: RunCeremony = async ({ createApi }) => {
    const opened = createApi({} as never)
    await opened.openSession('', {} as never)
    if (tell !== walkOff) await opened.askChallenge('', {})
    await tell(opened)
    if (end !== undefined) throw end
    return online
  }
  const sessions: unknown[] = []
  const ports = { createApi: () => api } as unknown as CeremonyPorts
  const stage = { signal: new AbortController().signal } as Stage
  const either = runEither(device, run, (each) => sessions.push(each))
  const ended = await either(ports, 'authenticate', {}, stage).catch((error) => error.code ?? error.message)
  return ended === online ? sessions : ended
}

it('[OF11] asks the server where it can be reached, and hears in which session that was', async () => {
  expect(await endOf({})).toEqual([session])
})

it.each(['openSession', 'askChallenge'] as const)(
  '[OF11] asks the device where %s does not get there',
  async (name) => {
    expect(await endOf({ [name]: 'NETWORK_IO' })).toBe('device')
  },
)

it.each(['UNAUTHORIZED', 'ORIGIN_FORBIDDEN', 'RATE_LIMITED', 'REPLY_TIMEOUT'] as const)(
  '[OF11] does not ask the device where the server said %s, or may have heard',
  async (code) => {
    expect(await endOf({ openSession: code })).toBe(code)
  },
)

const said = (code: ErrorCode, details: NonNullable<MienError['details']>) => new MienError(code, { details })

it.each(['OVERLOADED', 'NETWORK_IO'] as const)(
  '[OF11] does not ask the device where the server itself refused with %s, which is also what an unknown word of its is',
  async (code) => {
    expect(await endOf({ openSession: said(code, { status: 503, requestId: 'r' }) })).toBe(code)
  },
)

it('[OF11] asks the device where a proxy answers that nobody is behind it', async () => {
  expect(await endOf({ openSession: said('OVERLOADED', { status: 503 }) })).toBe('device')
})

it('[OF11] does not ask the device where a ceremony ended otherwise after a call had got lost', async () => {
  const lost = { askChallenge: 'NETWORK_IO' } as const
  expect(await endOf(lost, undefined, walkOff)).toBe('IDLE_TIMEOUT')
})

it('[OF11] does not ask the device where a submission may have arrived, or the server refused', async () => {
  expect(await endOf({ submit: 'NETWORK_IO' })).toBe('NETWORK_IO')
  expect(await endOf({}, new Refusal('not_recognised'))).toBe('The server refused: not_recognised')
})

const waysToTell: Partial<Record<keyof ApiClient, (api: ApiClient) => Promise<unknown>>> = {
  submit,
  reveal: (api) => api.reveal('', {} as never, nothingEnclosed),
  stepUp: (api) => api.stepUp('', {} as never),
  call: (api) => api.call('', 'v1/passkeys', {}, {} as never),
}

it.each(Object.entries(waysToTell))(
  '[OF11] does not ask the device where the network goes after %s, for another capture',
  async (_name, tell) => {
    let isCut = false
    const capture = async (api: ApiClient) => {
      await tell(api)
      isCut = true
      return api.askChallenge('', {})
    }
    const calls = {
      get askChallenge(): ErrorCode | undefined {
        return isCut ? 'NETWORK_IO' : undefined
      },
    } as Partial<Record<keyof ApiClient, ErrorCode>>
    expect(await endOf(calls, undefined, capture)).toBe('NETWORK_IO')
  },
)
