import type { Factor } from '@mien/shared/api/fields'

/** The words of RFC 8176. A device key is one in software; a passkey is kept by hardware, or by who stands in for it. */
const references = { face: 'face', device: 'swk', pin: 'pin', passkey: 'hwk' } as const satisfies Record<Factor, string>

/** `amr`: how somebody was authenticated, and `mfa` where that was more than one thing. */
export function authenticationMethods(factors: readonly Factor[]): readonly string[] {
  const methods = factors.map((factor) => references[factor])
  return methods.length > 1 ? [...methods, 'mfa'] : methods
}
