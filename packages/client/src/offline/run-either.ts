import type { SessionResponse } from '@mien/shared/api/sessions'
import type { CeremonyPorts } from '../ceremony/ports.ts'
import type { CeremonyResult } from '../ceremony/state.ts'
import type { ApiClient } from '../http/api-client.ts'
import type { OfflineDecider } from './decide-offline.ts'
import { isLost } from './is-lost.ts'
import type { OfflineResult } from './offline-result.ts'
import { type RunCeremony, runOfflineCeremony } from './run-offline-ceremony.ts'

export type RunEither = (...args: Parameters<RunCeremony>) => Promise<CeremonyResult | OfflineResult>

/**
 * With the server where it can be reached, else on the device. Never on the device where the server refused, nor where it may have
 * heard of a capture: what it decided would be decided twice.
 *
 * @param onSession hears of the session in which the server enrolled or recognised somebody
 */
export const runEither =
  (device: OfflineDecider, run: RunCeremony, onSession: (session: SessionResponse) => void): RunEither =>
  async (ports, operation, options, stage) => {
    const reach = watchReach()
    try {
      const createApi: CeremonyPorts['createApi'] = (api) => reach.watch(ports.createApi(api))
      const result = await run({ ...ports, createApi }, operation, options, stage)
      const session = typeof options.session === 'object' ? options.session : reach.session()
      if (session !== undefined) onSession(session)
      return result
    } catch (error) {
      if (!reach.wasLost(error) || stage.signal.aborted) throw error
      device.tell({ name: 'offline' })
      return runOfflineCeremony(device, run, ports, operation, options, stage)
    }
  }

/** Which session there is, and whether the server could not be reached before it was told anything of the person. */
function watchReach() {
  let lost: unknown
  let hasHeard = false
  let session: SessionResponse | undefined
  const reached = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await answer
    } catch (error) {
      if (isLost(error)) lost = error
      throw error
    }
  }
  const opened = async (answer: Promise<SessionResponse>): Promise<SessionResponse> => {
    session = await reached(answer)
    return session
  }
  /** It may have arrived, whatever comes of the call. */
  const told = <T>(answer: Promise<T>): Promise<T> => {
    hasHeard = true
    return answer
  }
  return {
    /** Whether that is what the ceremony ended of. */
    wasLost: (end: unknown) => lost !== undefined && end === lost && !hasHeard,
    session: () => session,
    watch: (api: ApiClient): ApiClient => ({
      ...api,
      openSession: (...call) => opened(api.openSession(...call)),
      readSession: (...call) => opened(api.readSession(...call)),
      askChallenge: (...call) => reached(api.askChallenge(...call)),
      submit: (...call) => told(api.submit(...call)),
      reveal: (...call) => told(api.reveal(...call)),
      stepUp: (...call) => told(api.stepUp(...call)),
      call: (...call) => told(api.call(...call)),
    }),
  }
}
