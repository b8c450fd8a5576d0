import type { SessionResponse } from '@mien/shared/api/sessions'
import type { DeviceKey } from '../storage/device-keys.ts'
import type { CeremonyPorts } from './ports.ts'

/** The device key of one ceremony. */
export interface CourseDevice {
  /** Undefined: the application has none, or the browser keeps none. */
  key(): Promise<DeviceKey | undefined>
  /** Another key instead of one that the server does not take, once. @returns whether there is one */
  renew(): Promise<boolean>
}

export function createCourseDevice(ports: CeremonyPorts, { operation, settings }: SessionResponse): CourseDevice {
  const isOffered = settings.devices && (operation === 'enroll' || operation === 'authenticate')
  let isRenewed = false
  const keys = async () => (isOffered ? ports.openDeviceKeys().catch(() => undefined) : undefined)
  let current: Promise<DeviceKey | undefined> | undefined
  const key = () => {
    current ??= keys().then((opened) => opened?.current())
    return current
  }
  return {
    key,
    async renew() {
      if (isRenewed || (await key()) === undefined) return false
      isRenewed = true
      await (await keys())?.drop()
      current = undefined
      return true
    },
  }
}
