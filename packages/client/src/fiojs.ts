/**
 * For pages that import `@faceio/fiojs`: the same class, rejecting with FACEIO's bare numbers, and asking the server that this module
 * came from (`https://your-server/fiojs.js`; in a bundle, the bundle's own origin).
 */
import { type FaceIoOptions, type OfflineMode, faceIO as widget } from '@mien/client'

export { fioErrCode } from '@mien/client'

export class faceIO<Offline extends OfflineMode | false = false> extends widget<Offline> {
  constructor(publicId: string, options: FaceIoOptions<Offline> = {}) {
    super(publicId, { endpoint: new URL('/', import.meta.url).href, legacyErrors: true, ...options })
  }
}
