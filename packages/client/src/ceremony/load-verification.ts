import { MienError } from '@mien/shared/errors'

/**
 * What runs only where the server looks itself.
 *
 * @throws MienError NETWORK_IO
 */
export const loadVerification = (): Promise<typeof import('./run-capture-script.ts')> =>
  import('./run-capture-script.ts').catch((cause) => {
    throw new MienError('NETWORK_IO', { cause })
  })
