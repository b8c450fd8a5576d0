import { createDecider, type DeciderPorts, type OfflineDecider } from './decide-offline.ts'
import { atTime, unregistered } from './device-state.ts'
import { createMeetings, type MeetingPorts, type Meetings } from './meet-server.ts'
import type { OfflineDevice } from './offline-device.ts'
import type { OfflineNews } from './offline-news.ts'
import { isOfRoom } from './readiness.ts'
import { toStatus } from './to-status.ts'

export interface OfflineDevicePorts extends DeciderPorts, MeetingPorts {}

export interface OfflineCore
  extends OfflineDecider,
    Meetings,
    Omit<OfflineDevice, 'close' | 'registerKiosk' | 'registerOwnDevice' | 'unlock'> {}

/** What a device is, apart from how a page opens it and when it meets the server. */
export function createOfflineCore(ports: OfflineDevicePorts): OfflineCore {
  const { kind, keeper, readClocks } = ports
  const listeners = new Set<(news: OfflineNews) => void>()
  const tell = (news: OfflineNews) => {
    for (const listener of [...listeners]) tellOne(listener, news)
  }
  /** The state with its clock read, which is remembered whatever comes of it. */
  const now = () => keeper.change((state) => atTime(state, readClocks()))
  const { register, attempt } = createMeetings(ports, tell)
  return {
    tell,
    ...createDecider(ports, now, tell),
    register,
    attempt,
    sync: async () => void (await attempt()),
    forget: async () => void (await keeper.change(() => unregistered)),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async status() {
      try {
        return toStatus(await now(), kind, keeper.isKept)
      } catch (error) {
        if (!isOfRoom(error)) throw error
        const status = toStatus(atTime(await keeper.read(), readClocks()), kind, keeper.isKept)
        return { ...status, notReady: status.notReady ?? 'full' }
      }
    },
  }
}

/** What a page does with news is its own matter: what happened has happened, and the others hear of it too. */
function tellOne(listener: (news: OfflineNews) => void, news: OfflineNews): void {
  try {
    listener(news)
  } catch (error) {
    reportError(error)
  }
}
