import type { OfflinePolicy } from '@mien/shared/api/sync'
import { expect, it } from 'vitest'
import type { CeremonyPorts } from '../ceremony/ports.ts'
import { Refusal } from '../ceremony/refusal.ts'
import type { Stage } from '../ceremony/stage.ts'
import type { CeremonyState, EnrollOptions } from '../ceremony/state.ts'
import type { OfflineDecider } from './decide-offline.ts'
import { type DeviceState, unregistered } from './device-state.ts'
import { type RunCeremony, runOfflineCeremony } from './run-offline-ceremony.ts'

const policy: OfflinePolicy = {
  points: [],
  pad_threshold: null,
  active_steps: 0,
  active_actions: ['blink'],
  drafts: true,
  consent_required: false,
  policy_version: '1',
  consent_texts: [],
}
const kiosk = { ...unregistered, registration: { gallery: 'staff' }, policy } as DeviceState

/** A kiosk of the gallery `staff`. @returns why it is no help; `asked`: the ceremony began */
async function endOf(options: EnrollOptions): Promise<unknown> {
  const device = { prepare: async () => kiosk } as unknown as OfflineDecider
  const run = async () => {
    throw new Error('asked')
  }
  const ports = {} as CeremonyPorts
  const stage = {} as Stage
  const end = runOfflineCeremony(device, run, ports, 'enroll', options, stage)
  return end.catch((error) => error.details?.offline ?? error.message)
}

it.each([{}, { gallery: 'staff' }])('a device is asked with %o', async (options) => {
  expect(await endOf(options)).toBe('asked')
})

it('[OF9] a device that goes on alone says so in each state, and in its refusal', async () => {
  const device = { prepare: async () => kiosk } as unknown as OfflineDecider
  const shown: CeremonyState[] = []
  const stage = {
    show: (next: CeremonyState) => shown.push(next),
    ask: async (question: (answer: () => void) => CeremonyState) => shown.push(question(() => undefined)),
  } as unknown as Stage
  const run: RunCeremony = async (_ports, _operation, _options, { show, ask }) => {
    show({ name: 'deciding' })
    await ask(() => ({ name: 'intro', seconds: 1, proceed: () => undefined }), { ms: 1, answer: undefined })
    throw new Refusal('not_recognised')
  }
  const end = runOfflineCeremony(device, run, {} as CeremonyPorts, 'authenticate', {}, stage)
  await expect(end).rejects.toMatchObject({ reason: 'not_recognised', offline: true })
  expect(shown).toMatchObject([
    { name: 'deciding', offline: true },
    { name: 'intro', offline: true },
  ])
})

it.each([
  [{ session: 'token of a session that names somebody' }, 'online-only'],
  [{ gallery: 'visitors' }, 'online-only'],
  [{ payload: {} }, 'no-drafts'],
  [{ pin: '2580' }, 'no-drafts'],
])('[OF11] a device is not asked with %o, which only the server can heed', async (options, why) => {
  expect(await endOf(options)).toBe(why)
})
