import { MienError } from '@mien/shared/errors'

/**
 * What runs from the camera to the decision: as much script again as the worker's, and needed no earlier than the models.
 *
 * @throws MienError NETWORK_IO
 */
export const loadCapture = (): Promise<typeof import('./while-camera.ts')> =>
  import('./while-camera.ts').catch((cause) => {
    throw new MienError('NETWORK_IO', { cause })
  })
