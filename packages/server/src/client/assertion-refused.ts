/** Why an assertion was not taken. A closed list, to branch on. */
export const refusalReasons = {
  malformed: 'It is not a signed assertion',
  type: 'It was signed for something else',
  signature: 'No key of this server signed it',
  keys_unavailable: 'The keys of the server could not be read',
  issuer: 'Another server signed it',
  audience: 'It is for another application',
  expired: 'It has expired, or is not valid yet',
  claims: 'It lacks what every assertion says',
  operation: 'It is about something else that was done',
  nonce: 'It belongs to another request',
  too_old: 'The sign-in is too long ago',
  assurance: 'The evidence is not enough',
} as const

export type AssertionRefusalReason = keyof typeof refusalReasons

/** The assertion proves nothing to this caller. */
export class AssertionRefused extends Error {
  override readonly name = 'AssertionRefused'

  constructor(
    readonly reason: AssertionRefusalReason,
    cause?: unknown,
  ) {
    super(refusalReasons[reason], cause === undefined ? {} : { cause })
  }
}
