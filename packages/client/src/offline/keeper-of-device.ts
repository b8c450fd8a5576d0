import { MienError } from '@mien/shared/errors'
import type { DeviceState, Registration } from './device-state.ts'
import type { StateKeeper } from './state-keeper.ts'

export interface RegisteredState extends DeviceState {
  readonly registration: Registration
}

/** What is kept, for work that began with one device: it may be forgotten, or become another one, before the work is done. */
export interface KeeperOfDevice {
  /** @throws MienError FORBIDDEN: it is that device no longer */
  read(): Promise<RegisteredState>
  /** As `StateKeeper.change`, but changes nothing where it is that device no longer. */
  change(change: (state: RegisteredState) => DeviceState | Promise<DeviceState>): Promise<DeviceState>
}

export function keeperOfDevice(keeper: StateKeeper, deviceId: string): KeeperOfDevice {
  const isStill = (state: DeviceState): state is RegisteredState => state.registration?.device_id === deviceId
  return {
    async read() {
      const state = await keeper.read()
      if (!isStill(state)) throw new MienError('FORBIDDEN', { message: 'This device is not registered' })
      return state
    },
    change: (change) => keeper.change((state) => (isStill(state) ? change(state) : state)),
  }
}
