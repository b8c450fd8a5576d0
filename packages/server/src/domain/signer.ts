import { jwtVerify, SignJWT } from 'jose'
import { type KeyRingOptions, openKeyRing } from './key-ring.ts'
import type { Signer } from './ports.ts'
import { signingAlgorithm } from './signing-keys.ts'

/** Signs with the key of the moment. The keys are stored sealed, so that all processes share them. */
export async function createSigner(options: KeyRingOptions): Promise<Signer> {
  const ring = await openKeyRing(options)
  options.database.onChange((kind) => {
    if (kind === 'signing_keys') ring.forget()
  })
  return {
    async sign(claims, type = 'mien-assertion+jwt') {
      const { signing } = await ring.current()
      const header = { alg: signingAlgorithm, kid: signing.keyId, typ: type }
      return new SignJWT({ ...claims }).setProtectedHeader(header).sign(signing.key)
    },
    async verify(token, type) {
      const { keySet } = await ring.current()
      return (
        jwtVerify(token, keySet, {
          algorithms: [signingAlgorithm],
          typ: type,
          currentDate: options.clock.now(),
          requiredClaims: ['exp'],
        })
          .then(({ payload }) => payload)
          // Why it does not hold is nobody's to know.
          .catch(() => undefined)
      )
    },
    publicKeys: async () => (await ring.current()).published,
  }
}
