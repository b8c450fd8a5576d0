import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { protectedHeader, signingInput } from '@mien/shared/api/device-signature'
import { describe, expect, test } from 'vitest'
import { createTestDevice, detachedSignature, type TestDevice } from '../../../../test/fixtures/test-device.ts'
import { thumbprint, verifySubmission } from './device-signatures.ts'
import type { Device } from './model.ts'

const text = '{"operation":"authenticate","nonce":"n"}'
const device = createTestDevice()
const other = createTestDevice()

const rowOf = ({ keyId, publicKey }: TestDevice, status: Device['status'] = 'active'): Device => ({
  applicationId: 'a',
  id: 'd',
  subjectId: 's',
  keyId,
  publicKey,
  label: null,
  status,
  createdAt: new Date(0),
  lastUsedAt: null,
})

const verifyWith = (
  signature: string | undefined,
  given: { content?: string; offer?: TestDevice; rows?: Device[] } = {},
) => {
  const { content = text, offer, rows = [rowOf(device), rowOf(other)] } = given
  const bytes = Buffer.from(content)
  return verifySubmission({ bytes, signature }, offer?.offer, async (keyId) =>
    rows.filter((row) => row.keyId === keyId),
  )
}

const invalid = { code: 'SIGNATURE_INVALID' }
const header = protectedHeader(device.keyId)
const encoded = Buffer.from(header).toString('base64url')
const right = device.sign(text)
const rightBytes = Buffer.from(right.split('..')[1]!, 'base64url')
const withSignature = (bytes: Uint8Array) => `${encoded}..${Buffer.from(bytes).toString('base64url')}`

describe('a signature over a submission', () => {
  test('[DK1] is that of an active key, or of the one that is offered', async () => {
    await expect(verifyWith(right)).resolves.toEqual({ keyId: device.keyId, offer: null })
    const known = await verifyWith(right, { offer: device })
    expect(known).toEqual({ keyId: device.keyId, offer: device.offer })
    await expect(verifyWith(right, { offer: device, rows: [] })).resolves.toEqual(known)
    await expect(verifyWith(undefined)).resolves.toBeNull()
  })

  test('[DK1] no other key signs: unknown, waiting, taken away, offered by somebody else, or not signed at all', async () => {
    await expect(verifyWith(right, { rows: [] })).rejects.toMatchObject(invalid)
    await expect(verifyWith(right, { rows: [rowOf(device, 'pending')] })).rejects.toMatchObject(invalid)
    await expect(verifyWith(right, { rows: [rowOf(device, 'revoked')] })).rejects.toMatchObject(invalid)
    await expect(verifyWith(right, { rows: [rowOf(device, 'revoked')], offer: device })).rejects.toMatchObject(invalid)
    await expect(verifyWith(right, { offer: other })).rejects.toMatchObject(invalid)
    await expect(verifyWith(undefined, { offer: device })).rejects.toMatchObject(invalid)
    // Where it waits it is an offered key at most.
    const waiting = { rows: [rowOf(device, 'pending')], offer: device }
    await expect(verifyWith(right, waiting)).resolves.toMatchObject({ keyId: device.keyId })
    // Taken away from one, it stays another's.
    await expect(verifyWith(right, { rows: [rowOf(device, 'revoked'), rowOf(device)] })).resolves.toBeTruthy()
  })

  test('[DK2] the id of a key is its RFC 7638 thumbprint', () => {
    // The public key of RFC 7515 appendix A.3.1; the thumbprint was computed with another library.
    const key = {
      kty: 'EC',
      crv: 'P-256',
      x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
      y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
    } as const
    expect(thumbprint(key)).toBe('oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U')
  })
})

const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const prime = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn
const wide = (value: bigint) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex')
const half = (from: number) => BigInt(`0x${rightBytes.subarray(from, from + 32).toString('hex')}`)
const [r, s] = [half(0), half(32)]

/** As published sets of bad ECDSA signatures do: special values of r and s, each with each, and beside the right ones. */
function specialValues(): [string, string][] {
  const values = [
    0n,
    1n,
    2n,
    order - 2n,
    order - 1n,
    order,
    order + 1n,
    order + 2n,
    prime - 1n,
    prime,
    prime + 1n,
    2n ** 256n - 1n,
  ]
  const pairs = values.flatMap((a) => values.map((b): [bigint, bigint] => [a, b]))
  const beside = values.flatMap((value): [bigint, bigint][] => [
    [r, value],
    [value, s],
  ])
  const moved: [bigint, bigint][] = [
    [r, order - r],
    [s, r],
    [r, s ^ 1n],
    [r ^ 1n, s],
    [order - r, s],
    [order - r, order - s],
  ]
  const added = [
    [r + order, s],
    [r, s + order],
    [r + order, s + order],
  ].filter((pair) => pair.every((v) => v < 2n ** 256n))
  return [...pairs, ...beside, ...moved, ...added].map((pair) => {
    const [a, b] = pair as [bigint, bigint]
    return [`r ${a.toString(16)}, s ${b.toString(16)}`, withSignature(Buffer.concat([wide(a), wide(b)]))]
  })
}

const derSignature = () => sign('sha256', Buffer.from(signingInput(encoded, Buffer.from(text))), device.privateKey)

/** Each single bit of the signature, and every length but the right one. */
function damaged(): [string, string][] {
  const flipped = Array.from({ length: 512 }, (_, bit): [string, string] => {
    const bytes = Buffer.from(rightBytes)
    bytes[bit >> 3]! ^= 1 << (bit & 7)
    return [`bit ${bit} flipped`, withSignature(bytes)]
  })
  const lengths = [...Array.from({ length: 64 }, (_, length) => length), 65, 66, 96, 128].map(
    (length): [string, string] => [
      `${length} bytes`,
      withSignature(Buffer.concat([rightBytes, rightBytes]).subarray(0, length)),
    ],
  )
  return [...flipped, ...lengths, ['DER', withSignature(derSignature())]]
}

const mac = (key: string) =>
  createHmac('sha256', key)
    .update(signingInput(encoded, Buffer.from(text)))
    .digest('base64url')
const headers: [string, string][] = [
  ['alg none', '{"alg":"none","kid":"KID","typ":"mien-capture+jws"}'],
  ['alg HS256', '{"alg":"HS256","kid":"KID","typ":"mien-capture+jws"}'],
  ['alg es256 in small letters', '{"alg":"es256","kid":"KID","typ":"mien-capture+jws"}'],
  ['alg ES384', '{"alg":"ES384","kid":"KID","typ":"mien-capture+jws"}'],
  ['alg twice', '{"alg":"none","alg":"ES256","kid":"KID","typ":"mien-capture+jws"}'],
  ['crit', '{"alg":"ES256","kid":"KID","typ":"mien-capture+jws","crit":["b64"]}'],
  ['b64 false', '{"alg":"ES256","kid":"KID","typ":"mien-capture+jws","b64":false,"crit":["b64"]}'],
  [
    'a key of its own',
    `{"alg":"ES256","kid":"KID","typ":"mien-capture+jws","jwk":${JSON.stringify(device.publicKey)}}`,
  ],
  ['an address of keys', '{"alg":"ES256","kid":"KID","typ":"mien-capture+jws","jku":"https://evil.example"}'],
  ['another type', '{"alg":"ES256","kid":"KID","typ":"JWT"}'],
  ['no type', '{"alg":"ES256","kid":"KID"}'],
  ['another order', '{"kid":"KID","alg":"ES256","typ":"mien-capture+jws"}'],
  ['spaces', '{"alg": "ES256", "kid": "KID", "typ": "mien-capture+jws"}'],
  ['an escape', '{"alg":"ES256","kid":"KID","typ":"mien-capture\\u002bjws"}'],
  ['kid of another key', protectedHeader(other.keyId)],
  ['an empty kid', protectedHeader('')],
]
const confused = (): [string, string][] => [
  ...headers.map(([name, json]): [string, string] => [
    name,
    detachedSignature(device.privateKey, json.replace('KID', device.keyId), text),
  ]),
  ['an unsecured JWS', `${encoded}..`],
  ['a MAC under the public key', `${encoded}..${mac(JSON.stringify(device.publicKey))}`],
  ['attached content', right.replace('..', `.${Buffer.from(text).toString('base64url')}.`)],
  ['padding', `${right}==`],
  ['white space', ` ${right}`],
  ['two of them', `${right}, ${right}`],
  ['ordinary base64', `${right.split('..')[0]}..${rightBytes.toString('base64')}`],
  ['unused bits set', right.replace(/.$/, (last) => ({ A: 'B', Q: 'R', g: 'h', w: 'x' })[last] ?? '_')],
  ['nothing', ''],
]

/** The same meaning in other bytes. */
const rewritten = [
  JSON.stringify(JSON.parse(text), null, 1),
  JSON.stringify({ nonce: 'n', operation: 'authenticate' }),
  `${text} `,
  text.replace('nonce', '\\u006eonce'),
  text.replace('{', '{"operation":"enroll",'),
  text.replace('"n"', '"m"'),
]

test('[DK1] SEC-04: no signature but the right one is accepted', async () => {
  const tried = [...specialValues(), ...damaged(), ...confused()]
  const accepted: string[] = []
  for (const [name, signature] of tried) {
    const outcome = await verifyWith(signature).catch((error) => error.code)
    if (outcome !== 'SIGNATURE_INVALID') accepted.push(name)
  }
  for (const content of rewritten) {
    const outcome = await verifyWith(right, { content }).catch((error) => error.code)
    if (outcome !== 'SIGNATURE_INVALID') accepted.push(content)
  }
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const byRsa = `${encoded}..${sign('sha256', Buffer.from(signingInput(encoded, Buffer.from(text))), rsa).toString('base64url')}`
  await expect(verifyWith(byRsa)).rejects.toMatchObject(invalid)
  await expect(verifyWith(right)).resolves.toBeTruthy()
  console.info(`SEC-04: ${accepted.length} of ${tried.length + rewritten.length + 1} bad signatures accepted`)
  expect(accepted).toEqual([])
})

test('[DK1] the mirrored signature is one too: it is the nonce that is used once, never the signature', async () => {
  const mirrored = withSignature(Buffer.concat([wide(r), wide(order - s)]))
  await expect(verifyWith(mirrored)).resolves.toMatchObject({ keyId: device.keyId })
})

test.each([
  ['not on the curve', { ...device.publicKey, y: device.publicKey.x }],
  ['zero', { ...device.publicKey, x: 'A'.repeat(43), y: 'A'.repeat(43) }],
  ['beyond the field', { ...device.publicKey, x: Buffer.alloc(32, 255).toString('base64url') }],
])('[DK2] S6: an offered key that is %s is refused', async (_, publicKey) => {
  const offer = { public_key: publicKey }
  const verifying = verifySubmission({ bytes: Buffer.from(text), signature: right }, offer, async () => [])
  await expect(verifying).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
})
