import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { protectedHeader, signingInput, thumbprintText } from '@mien/shared/api/device-signature'
import { type DevicePublicKey, deviceKeyId } from '@mien/shared/api/fields'
import type { DeviceOffer } from '@mien/shared/api/submissions'
import { decodeBase64Url, encodeBase64Url } from '@mien/shared/bytes'
import { MienError } from '@mien/shared/errors'
import type { Device } from './model.ts'

/** A submission as it came. */
export interface SignedBody {
  /** Exactly what the client sent: never what a parser made of it. */
  readonly bytes: Uint8Array
  /** The header `Mien-Signature`; undefined: none. */
  readonly signature: string | undefined
}

/** The key that signed a submission. */
export interface BodySigner {
  readonly keyId: string
  /** What it comes to be enrolled as; null: it was not offered. */
  readonly offer: DeviceOffer | null
}

/** Protected header of 92 bytes, signature of 64. */
const detached = /^([A-Za-z0-9_-]{123})\.\.([A-Za-z0-9_-]{86})$/

/** RFC 7638, SHA-256. */
export const thumbprint = (key: DevicePublicKey): string =>
  encodeBase64Url(createHash('sha256').update(thumbprintText(key)).digest())

/**
 * Who signed a submission: a key that is somebody's device, or the one that the submission offers. Of everything that could be chosen
 * in a signature nothing is: one algorithm, one header, one spelling.
 *
 * @param devicesOf all devices with a key, of the application
 * @returns null: nobody signed, and nothing was offered
 * @throws MienError SIGNATURE_INVALID; REQUEST_INVALID for an offer that is no key
 */
export async function verifySubmission(
  { bytes, signature }: SignedBody,
  offer: DeviceOffer | undefined,
  devicesOf: (keyId: string) => Promise<readonly Device[]>,
): Promise<BodySigner | null> {
  const offered = offer === undefined ? undefined : readKey(offer.public_key)
  if (signature === undefined) {
    if (offer !== undefined) throw new MienError('SIGNATURE_INVALID')
    return null
  }
  const [, header, signed] = detached.exec(signature) ?? []
  if (header === undefined || signed === undefined) throw new MienError('SIGNATURE_INVALID')
  const keyId = keyIdOf(header)
  if (offer !== undefined && thumbprint(offer.public_key) !== keyId) throw new MienError('SIGNATURE_INVALID')
  const devices = await devicesOf(keyId)
  const active = devices.find(({ status }) => status === 'active')
  // A key that was taken away does not come back as a new one.
  const isRevoked = active === undefined && devices.some(({ status }) => status === 'revoked')
  const key = active === undefined ? offered : readKey(active.publicKey)
  if (key === undefined || isRevoked || !isSignedBy(key, signingInput(header, bytes), signed)) {
    throw new MienError('SIGNATURE_INVALID')
  }
  return { keyId, offer: offer ?? null }
}

/** What a device signs beside submissions: one header each, and nothing in it is a choice. */
export interface DetachedSignature {
  /** Text of the protected header that it has to have. */
  readonly header: string
  /** Base64url, r and s. */
  readonly signature: string
}

/** Whether these bytes were signed by this key under this header. */
export function isSignedDetached({ header, signature }: DetachedSignature, bytes: Uint8Array, key: DevicePublicKey) {
  const encoded = encodeBase64Url(Buffer.from(header, 'ascii'))
  return isSignedBy(readKey(key), signingInput(encoded, bytes), signature)
}

/**
 * The signature in a header `Mien-Signature`, if it is under this protected header.
 *
 * @throws MienError SIGNATURE_INVALID
 */
export function detachedSignature(value: string | undefined, header: string): DetachedSignature {
  const [encoded, signature, ...rest] = (value ?? '').split('..')
  const isTheOne = encoded === encodeBase64Url(Buffer.from(header, 'ascii')) && rest.length === 0
  if (!isTheOne || signature === undefined || !/^[A-Za-z0-9_-]{86}$/.test(signature))
    throw new MienError('SIGNATURE_INVALID')
  return { header, signature }
}

const [beforeKeyId = '', afterKeyId = ''] = protectedHeader('|').split('|')

/** @throws MienError SIGNATURE_INVALID for anything but the one header there is, with some key's id */
function keyIdOf(header: string): string {
  const text = decoded(header)?.toString('latin1') ?? ''
  const keyId = text.slice(beforeKeyId.length, -afterKeyId.length)
  const isTheOne = deviceKeyId.safeParse(keyId).success && text === protectedHeader(keyId)
  if (!isTheOne) throw new MienError('SIGNATURE_INVALID')
  return keyId
}

/** ECDSA on P-256 with SHA-256, r and s of 32 bytes each (RFC 7518 section 3.4). */
function isSignedBy(key: KeyObject, input: string, signature: string): boolean {
  const bytes = decoded(signature)
  const options = { key, dsaEncoding: 'ieee-p1363' } as const
  return bytes !== undefined && verify('sha256', Buffer.from(input, 'ascii'), options, bytes)
}

/** Undefined where no bytes are spelled like this. */
function decoded(text: string): Buffer | undefined {
  try {
    return Buffer.from(decodeBase64Url(text))
  } catch {
    return undefined
  }
}

/** @throws MienError REQUEST_INVALID when it is not a point of the curve */
function readKey(key: DevicePublicKey): KeyObject {
  try {
    return createPublicKey({ key: { ...key }, format: 'jwk' })
  } catch (cause) {
    throw new MienError('REQUEST_INVALID', { message: 'device.public_key is not a key on P-256', cause })
  }
}
