import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const ivBytes = 12
const tagBytes = 16

/**
 * AES-256-GCM under a random IV. The label is authenticated and not stored: what was sealed for one place opens nowhere else.
 *
 * @returns IV (12 bytes), tag (16 bytes), ciphertext
 */
export function sealBox(key: Uint8Array, label: string, plain: Uint8Array): Uint8Array {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(label))
  const body = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), body])
}

/** Null when the key or the label is another one, or a byte was changed. */
export function openBox(key: Uint8Array, label: string, box: Uint8Array): Uint8Array | null {
  if (box.length < ivBytes + tagBytes) return null
  const decipher = createDecipheriv('aes-256-gcm', key, box.subarray(0, ivBytes)).setAAD(Buffer.from(label))
  decipher.setAuthTag(box.subarray(ivBytes, ivBytes + tagBytes))
  try {
    return Buffer.concat([decipher.update(box.subarray(ivBytes + tagBytes)), decipher.final()])
  } catch {
    return null
  }
}
