import type { Operation } from '@mien/shared/api/fields'
import { MienError } from '@mien/shared/errors'
import type { CeremonyPorts } from '../ceremony/ports.ts'
import { Refusal } from '../ceremony/refusal.ts'
import type { Stage } from '../ceremony/stage.ts'
import type { CeremonyResult, EnrollOptions } from '../ceremony/state.ts'
import type { OfflineDecider } from './decide-offline.ts'
import { createLocalApi } from './local-api.ts'
import type { OfflineResult } from './offline-result.ts'
import { notReady } from './readiness.ts'

export type RunCeremony = (
  ports: CeremonyPorts,
  operation: Operation,
  options: EnrollOptions,
  stage: Stage,
) => Promise<CeremonyResult>

/**
 * A ceremony that the device answers by what it holds.
 *
 * @throws Refusal `not_recognised`; MienError NETWORK_IO or STORAGE_FULL where the device is no help (`details.offline` says why), and
 *   what a capture fails with
 */
export async function runOfflineCeremony(
  device: OfflineDecider,
  run: RunCeremony,
  ...[ports, operation, options, stage]: Parameters<RunCeremony>
): Promise<OfflineResult> {
  // What a draft has no place for would be lost.
  if (options.payload !== undefined || options.pin !== undefined) throw notReady('no-drafts')
  // Whom it is about only the server knows.
  if (options.session !== undefined) throw notReady('online-only')
  const state = await device.prepare(operation)
  if (options.gallery !== undefined && options.gallery !== state.registration?.gallery) throw notReady('online-only')
  let result: OfflineResult | undefined
  const api = createLocalApi(device, operation, state, (decided) => {
    result = decided
  })
  await run({ ...ports, createApi: () => api }, operation, options, withoutServer(stage)).catch((error) => {
    throw error instanceof Refusal ? new Refusal(error.reason, true) : error
  })
  if (result === undefined) throw new MienError('INTERNAL')
  return result
}

/** Each of its states says that the device is alone. */
const withoutServer = (stage: Stage): Stage => ({
  ...stage,
  show: (state) => stage.show({ ...state, offline: true }),
  ask: (question, limit) => stage.ask((answer) => ({ ...question(answer), offline: true }), limit),
})
