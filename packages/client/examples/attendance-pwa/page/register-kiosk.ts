import { MienError, type OfflineDevice } from '@mien/client'

/**
 * Something may wait here that can never be told, as where the server was set up anew: then only forgetting it helps.
 *
 * @param mayForget asks whoever is there
 * @throws MienError as `OfflineDevice.registerKiosk`
 */
export async function registerKiosk(
  device: Pick<OfflineDevice, 'registerKiosk' | 'forget'>,
  code: string,
  mayForget: () => boolean,
): Promise<void> {
  try {
    await device.registerKiosk(code)
  } catch (error) {
    if (!(error instanceof MienError) || error.code !== 'CONFLICT') throw error
    // What waits may be told once the server is back.
    if (error.cause instanceof MienError && error.cause.code === 'NETWORK_IO') throw error.cause
    if (!mayForget()) throw error
    await device.forget()
    await device.registerKiosk(code)
  }
}
