export type OfflineMode = 'own-device' | 'kiosk'

/** What a browser keeps belongs to one application of one server, and to one use of it. */
export interface OfflinePlace {
  readonly mode: OfflineMode
  /** Of the server. One application's public id may be known to two servers. */
  readonly endpoint: string
  readonly publicId: string
}

/** Of its store, and what the names of its locks begin with. */
export const nameOfPlace = ({ mode, endpoint, publicId }: OfflinePlace): string =>
  `mien-offline ${mode} ${endpoint} ${publicId}`
