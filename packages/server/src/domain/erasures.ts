import { encodeBase64Url } from '@mien/shared/bytes'
import { MienError } from '@mien/shared/errors'
import type { Clock, Database, Signer } from './ports.ts'
import type { Subjects } from './subjects.ts'
import { tablesThatAre } from './table-fates.ts'
import { rowId } from './tokens.ts'

/** What is proved about a person who was erased. */
export interface Erasure {
  readonly facialId: string
  readonly erasedAt: Date
  /** Tables that were looked at just now, in which nothing is left. */
  readonly emptyTables: readonly string[]
  /** Where something may stay: proofs, and what ends with its session or its time. */
  readonly keptTables: readonly string[]
  /** ES256 JWS of type `mien-erasure+jwt` that says the same. */
  readonly certificate: string
}

export interface Erasures {
  /**
   * A certificate for somebody who was erased, in whatever dialect or by retention. It can be asked for again.
   *
   * @throws MienError NOT_FOUND (nobody of this id was ever erased here); CONFLICT while something is left of the person
   */
  certify(applicationId: string, facialId: string): Promise<Erasure>
}

const keptTables = tablesThatAre('kept', 'ends')

export interface ErasuresOptions {
  readonly database: Database
  readonly clock: Clock
  readonly signer: Signer
  readonly subjects: Pick<Subjects, 'tombstoneOf'>
  /** `iss` of certificates. */
  readonly issuer: string
}

export function createErasures({ database: { stores }, clock, signer, subjects, issuer }: ErasuresOptions): Erasures {
  return {
    async certify(applicationId, facialId) {
      const { digest, deletedAt } = await subjects.tombstoneOf(applicationId, facialId)
      const remains = await stores.people.remains(applicationId, facialId)
      if (remains.some(({ rows }) => rows > 0)) throw new MienError('CONFLICT')
      const emptyTables = remains.map(({ table }) => table)
      const certificate = await signer.sign(
        {
          iss: issuer,
          aud: applicationId,
          sub: facialId,
          iat: seconds(clock.now()),
          jti: rowId(),
          erased_at: seconds(deletedAt),
          empty: emptyTables,
          kept: keptTables,
          tombstone: encodeBase64Url(digest),
        },
        'mien-erasure+jwt',
      )
      return { facialId, erasedAt: deletedAt, emptyTables, keptTables, certificate }
    },
  }
}

const seconds = (date: Date): number => Math.floor(date.getTime() / 1000)
