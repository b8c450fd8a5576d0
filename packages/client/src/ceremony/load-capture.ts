import { MienError } from '@mien/shared/errors'

/**
 * What runs while the camera is on: as much script again as the worker's, and needed no earlier than the models.
 *
 * @throws MienError NETWORK_IO
 */
export const loadCapture = (): Promise<typeof import('./capture-with-camera.ts')> =>
  import('./capture-with-camera.ts').catch((cause) => {
    throw new MienError('NETWORK_IO', { cause })
  })
