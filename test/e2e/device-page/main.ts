import { MienClient } from '../../../packages/client/src/client.ts'
import { createDeviceKeys } from '../../../packages/client/src/storage/device-keys.ts'

const publicId = 'mp_test'
const endpoint = new URL('/', location.href).href
const keys = createDeviceKeys({ endpoint, publicId })

interface StoredKey {
  readonly privateKey: CryptoKey
}

/** What any script of this origin finds in the database. */
const readStored = (): Promise<StoredKey[]> =>
  new Promise((resolve, reject) => {
    const opening = indexedDB.open('mien-devices')
    opening.onerror = () => reject(opening.error)
    opening.onsuccess = () => {
      const database = opening.result
      const reading = database.transaction('keys').objectStore('keys').getAll()
      reading.onsuccess = () => {
        database.close()
        resolve(reading.result)
      }
    }
  })

const failureOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'exported',
    (error: DOMException) => error.name,
  )

const page = {
  keyId: async () => (await keys.current())?.keyId ?? null,
  async sign(text: string) {
    const key = (await keys.current())!
    return { publicKey: key.publicKey, signature: await key.sign(new TextEncoder().encode(text)) }
  },
  stored: async () => (await readStored()).length,
  /** What comes of each way to get the key out. */
  async exportStored() {
    const [stored] = await readStored()
    const formats = ['jwk', 'pkcs8', 'raw'] as const
    const exported = formats.map((format) => failureOf(crypto.subtle.exportKey(format, stored!.privateKey)))
    const wrapper = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['wrapKey'])
    const algorithm = { name: 'AES-GCM', iv: new Uint8Array(12) }
    const wrapped = failureOf(crypto.subtle.wrapKey('pkcs8', stored!.privateKey, wrapper, algorithm))
    return { isExtractable: stored!.privateKey.extractable, ways: await Promise.all([...exported, wrapped]) }
  },
  logout: () => new MienClient(publicId).logoutDevice(),
  async keyIdWithoutStorage() {
    Object.defineProperty(window, 'indexedDB', {
      value: {
        open: () => {
          throw new DOMException('refused', 'SecurityError')
        },
      },
    })
    return (await keys.current())?.keyId ?? null
  },
}

export type DevicePage = typeof page
Object.assign(window, { device: page })
