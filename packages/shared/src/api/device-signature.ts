import { encodeBase64Url } from '../bytes.ts'
import type { DevicePublicKey } from './fields.ts'

/** `<protected header>..<signature>`: a JWS with detached content (RFC 7515 appendix F) over the bytes of a submission. */
export const signatureHeaderName = 'Mien-Signature'

/** The one spelling of the protected header. Nothing in it is a choice, so nobody has to read it as JSON. */
export const protectedHeader = (keyId: string): string => `{"alg":"ES256","kid":"${keyId}","typ":"mien-capture+jws"}`

/** As `protectedHeader`, of a request that a device makes of the sync protocol, and of one event in it. */
export const syncHeader = (keyId: string): string => `{"alg":"ES256","kid":"${keyId}","typ":"mien-sync+jws"}`
export const eventHeader = (keyId: string): string => `{"alg":"ES256","kid":"${keyId}","typ":"mien-event+jws"}`

/** What a key's id is the SHA-256 of (RFC 7638 section 3). */
export const thumbprintText = ({ x, y }: DevicePublicKey): string => `{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`

/** The ASCII text that is signed (RFC 7515 section 5.1). @param header base64url of the protected header */
export const signingInput = (header: string, content: Uint8Array): string => `${header}.${encodeBase64Url(content)}`
