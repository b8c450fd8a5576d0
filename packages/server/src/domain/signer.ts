import { Buffer } from 'node:buffer'
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  jwtVerify,
  SignJWT,
} from 'jose'
import type { Clock, Database, Signer } from './ports.ts'
import type { Vault } from './vault.ts'

const algorithm = 'ES256'
const labelOf = (keyId: string) => `signing-key|${keyId}`

/** Opens the signing keys of this installation, and makes the first one. They are stored sealed, so that all processes share them. */
export async function createSigner({
  database,
  vault,
  clock,
}: {
  database: Database
  vault: Vault
  clock: Clock
}): Promise<Signer> {
  const store = database.stores.signingKeys
  if ((await store.list()).length === 0) await store.insertFirst(await newKey(vault, clock))
  const keys = (await store.list()).map(({ keyId, sealed }) => ({
    keyId,
    jwk: JSON.parse(Buffer.from(vault.open(labelOf(keyId), sealed)).toString('utf8')) as JWK,
  }))
  const newest = keys.at(-1)!
  const signingKey = await importJWK(newest.jwk, algorithm)
  const published = keys.map(({ keyId, jwk: { kty, crv, x, y } }) => ({
    kty: kty!,
    crv: crv!,
    x: x!,
    y: y!,
    alg: algorithm,
    use: 'sig',
    kid: keyId,
  }))
  const keySet = createLocalJWKSet({ keys: published })
  return {
    sign: (claims, type = 'mien-assertion+jwt') =>
      new SignJWT({ ...claims }).setProtectedHeader({ alg: algorithm, kid: newest.keyId, typ: type }).sign(signingKey),
    verify: (token, type) =>
      jwtVerify(token, keySet, {
        algorithms: [algorithm],
        typ: type,
        currentDate: clock.now(),
        requiredClaims: ['exp'],
      })
        .then(({ payload }) => payload)
        // Why it does not hold is nobody's to know.
        .catch(() => undefined),
    publicKeys: () => published,
  }
}

async function newKey(vault: Vault, clock: Clock) {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true })
  const jwk = await exportJWK(privateKey)
  const keyId = await calculateJwkThumbprint(jwk)
  const sealed = vault.seal(labelOf(keyId), Buffer.from(JSON.stringify(jwk), 'utf8'))
  return { keyId, sealed, createdAt: clock.now() }
}
