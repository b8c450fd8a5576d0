import { randomBytes } from 'node:crypto'
import {
  type ChainFault,
  type ChainHead,
  emptyHead,
  followLink,
  formatHead,
  leastUnsealedId,
  parseHead,
  type Seal,
  sealRecord,
} from './audit-chain.ts'
import type { AuditRecord } from './model.ts'
import type { AuditPage, Database, Stores } from './ports.ts'
import { sameDigest } from './tokens.ts'
import type { Vault } from './vault.ts'

export type NumberedAuditRecord = AuditRecord & { readonly id: string }

/** What the walk over one application's chain came to. */
export interface ChainReport {
  readonly applicationId: string
  readonly records: number
  readonly sealed: number
  /** Too young to have a seal. */
  readonly unsealed: number
  readonly head: string
  /** The first thing that is wrong; null: nothing is. */
  readonly fault: ChainFault | null
}

/** What was done in an application, as its owner reads it, and the chain that shows whether somebody tampered with it. */
export interface AuditLog {
  /** Newest first. */
  list(applicationId: string, page: AuditPage): Promise<readonly NumberedAuditRecord[]>
  /**
   * Puts what has committed since into the chains. Several processes may: those of one application take turns. A chain whose key cannot
   * be opened is told of after the others had their turn.
   *
   * @returns how many records were sealed
   * @throws MienError CONFIG_INVALID when the key of a chain was damaged, or sealed under another master key
   */
  seal(): Promise<number>
  /** Applications that have a chain, also those that were deleted. */
  chains(): Promise<readonly string[]>
  /** Where the chain ends, as text. */
  head(applicationId: string): Promise<string>
  /**
   * Walks the whole chain.
   *
   * @param noted a head of before, as text: the chain must still go through it. One of another application is passed over
   * @throws MienError CONFIG_INVALID when the chain's key was sealed under another master key
   */
  verify(applicationId: string, noted?: string): Promise<ChainReport>
}

/** What a chain's key is sealed for, under the master key. */
export const auditKeyLabel = (applicationId: string): string => `audit|${applicationId}`

/** Records and links that are read at once. */
const batchSize = 1000

export interface AuditLogOptions {
  readonly database: Database
  readonly vault: Vault
}

export function createAuditLog({ database, vault }: AuditLogOptions): AuditLog {
  const { auditChains } = database.stores

  const openKey = async (stores: Stores, applicationId: string): Promise<Uint8Array | undefined> => {
    const sealed = await stores.auditChains.findKey(applicationId)
    return sealed === undefined ? undefined : vault.open(auditKeyLabel(applicationId), sealed)
  }

  /** @returns how many there were; a whole batch means that there may be more */
  const sealBatch = (applicationId: string): Promise<number> =>
    database.transaction(async (stores) => {
      const made = vault.seal(auditKeyLabel(applicationId), randomBytes(32))
      // From here on the others wait until the commit: one record has one place.
      await stores.auditChains.lock(applicationId, made)
      const key = await openKey(stores, applicationId)
      const last = await stores.auditChains.last(applicationId)
      const from = leastUnsealedId(last?.recordId ?? null)
      const records = await stores.auditChains.unsealed(applicationId, from, batchSize)
      const seals: Seal[] = []
      let head: ChainHead = last ?? emptyHead
      for (const record of records) {
        const link = sealRecord(key!, head, record)
        seals.push(link)
        head = link
      }
      await stores.auditChains.append(applicationId, seals)
      return seals.length
    })

  /** What is wrong beside the links: a record that nobody sealed, or an end that is missing. */
  const findLooseFault = async (
    applicationId: string,
    last: Seal | undefined,
    noted: ChainHead | undefined,
  ): Promise<ChainFault | null> => {
    const inserted = await auditChains.unsealedBefore(applicationId, leastUnsealedId(last?.recordId ?? null))
    if (inserted !== undefined) return { kind: 'inserted', seq: null, recordId: inserted }
    if (noted === undefined || noted.seq === 0) return null
    const [there] = await auditChains.links(applicationId, noted.seq - 1, 1)
    const isThere = there?.seq === noted.seq && sameDigest(there.seal, noted.seal)
    return isThere ? null : { kind: 'cut', seq: noted.seq, recordId: null }
  }

  const walk = async (
    applicationId: string,
    key: Uint8Array,
  ): Promise<{ head: ChainHead; fault: ChainFault | null }> => {
    let head: ChainHead = emptyHead
    for (;;) {
      const links = await auditChains.links(applicationId, head.seq, batchSize)
      for (const link of links) {
        const next = followLink(key, head, link)
        if ('kind' in next) return { head, fault: next }
        head = next
      }
      if (links.length < batchSize) return { head, fault: null }
    }
  }

  return {
    list: (applicationId, page) => database.reads.audit.list(applicationId, page),

    async seal() {
      let sealed = 0
      const failures: unknown[] = []
      for (const applicationId of await auditChains.waiting()) {
        try {
          for (let batch = batchSize; batch === batchSize; sealed += batch) batch = await sealBatch(applicationId)
        } catch (error) {
          failures.push(error)
        }
      }
      if (failures.length > 0) throw failures[0]
      return sealed
    },

    chains: () => auditChains.list(),

    async head(applicationId) {
      return formatHead(applicationId, (await auditChains.last(applicationId)) ?? emptyHead)
    },

    async verify(applicationId, noted) {
      const parsed = noted === undefined ? undefined : parseHead(noted)
      const mine = parsed?.applicationId === applicationId ? parsed : undefined
      const key = await openKey(database.stores, applicationId)
      const last = await auditChains.last(applicationId)
      // Without its key nothing that was sealed can be believed.
      const lost: ChainFault | null = last === undefined ? null : { kind: 'changed', seq: 1, recordId: null }
      const { head, fault } = key === undefined ? { head: emptyHead, fault: lost } : await walk(applicationId, key)
      const records = await auditChains.count(applicationId)
      return {
        applicationId,
        records,
        sealed: head.seq,
        unsealed: Math.max(0, records - (last?.seq ?? 0)),
        head: formatHead(applicationId, head),
        fault: fault ?? (await findLooseFault(applicationId, last, mine)),
      }
    },
  }
}
