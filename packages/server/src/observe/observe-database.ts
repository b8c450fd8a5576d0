import type { AssuranceLevel } from '@mien/shared/api/fields'
import { toMienError } from '@mien/shared/errors'
import type { AuditRecord } from '../domain/model.ts'
import type { Database, Stores } from '../domain/ports.ts'
import { type DecisionFacts, decisionOf, type LockoutScope, lockoutOf } from './decisions.ts'
import { inSpan } from './spans.ts'

export const transactionOutcomes = ['committed', 'rolled_back', 'overloaded', 'unavailable'] as const
export type TransactionOutcome = (typeof transactionOutcomes)[number]

/** Who counts. */
export interface DatabaseWatcher {
  /** Called when it was committed, and not before. */
  decided(decision: DecisionFacts): void
  locked(scope: LockoutScope): void
  /** @returns is called at its end */
  began(): (outcome: TransactionOutcome) => void
}

/** What a transaction wrote that is told when it is committed. */
interface Written {
  readonly records: AuditRecord[]
  level: AssuranceLevel | 'none'
}

const nothing = (): Written => ({ records: [], level: 'none' })

/** The same database, which tells what was decided, and shows transactions and searches as spans. */
export function observeDatabase(database: Database, watcher: DatabaseWatcher): Database {
  const tell = ({ records, level }: Written): void => {
    for (const record of records) {
      const decision = decisionOf(record, level)
      if (decision !== undefined) watcher.decided(decision)
      const scope = lockoutOf(record)
      if (scope !== undefined) watcher.locked(scope)
    }
  }
  const transaction: Database['transaction'] = (work) =>
    inSpan('transaction', {}, async () => {
      const ended = watcher.began()
      const written = nothing()
      try {
        const result = await database.transaction((stores) => work(watch(stores, written)))
        ended('committed')
        tell(written)
        return result
      } catch (error) {
        ended(outcomeOf(error))
        throw error
      }
    })
  return { ...database, stores: watchAlone(database.stores, tell), transaction }
}

function outcomeOf(error: unknown): TransactionOutcome {
  const { code } = toMienError(error)
  if (code === 'OVERLOADED') return 'overloaded'
  return code === 'DATABASE_UNAVAILABLE' ? 'unavailable' : 'rolled_back'
}

/** Stores of a transaction: what they write is kept until it ends. */
function watch(stores: Stores, written: Written): Stores {
  const { audit, results, savepoints } = stores
  return {
    ...stores,
    ...watchSearches(stores),
    audit: {
      ...audit,
      async append(record) {
        await audit.append(record)
        written.records.push(record)
      },
      async appendVerification(record, compared) {
        const live = await audit.appendVerification(record, compared)
        written.records.push(...verification(record, compared, live))
        return live
      },
    },
    results: {
      ...results,
      async insert(result) {
        await results.insert(result)
        written.level = result.assurance
      },
    },
    savepoints: {
      async run(work) {
        const inner = nothing()
        const result = await savepoints.run((within) => work(watch(within, inner)))
        written.records.push(...inner.records)
        if (inner.level !== 'none') written.level = inner.level
        return result
      },
    },
  }
}

/** Stores of which each call is a transaction of its own. */
function watchAlone(stores: Stores, tell: (written: Written) => void): Stores {
  const { audit } = stores
  return {
    ...stores,
    ...watchSearches(stores),
    audit: {
      ...audit,
      async append(record) {
        await audit.append(record)
        tell({ records: [record], level: 'none' })
      },
      async appendVerification(record, compared) {
        const live = await audit.appendVerification(record, compared)
        tell({ records: verification(record, compared, live), level: 'none' })
        return live
      },
    },
  }
}

type AppendVerification = Stores['audit']['appendVerification']

/** As `appendVerification` writes it down. */
function verification(
  record: Parameters<AppendVerification>[0],
  compared: Parameters<AppendVerification>[1],
  live: ReadonlySet<string>,
): AuditRecord[] {
  if (live.size === 0) return []
  const isMatch = compared.some((each) => each.isMatch && live.has(each.faceId))
  return [{ ...record, event: 'verify', outcome: isMatch ? 'match' : 'none', sessionId: null }]
}

/** Powers of ten, so that a span says how large a gallery is and not which one. */
const sizeBucket = (faces: number): string => (faces === 0 ? '0' : `<${10 ** (Math.floor(Math.log10(faces)) + 1)}`)

function watchSearches({ faces, index }: Stores): Pick<Stores, 'faces' | 'index'> {
  let size: number | undefined
  return {
    faces: {
      ...faces,
      async count(space) {
        size = await faces.count(space)
        return size
      },
    },
    index: {
      ...index,
      nearest: (query) => {
        const bucket = size === undefined ? {} : { 'mien.gallery_size': sizeBucket(size) }
        return inSpan('search', { attributes: bucket }, () => index.nearest(query))
      },
    },
  }
}
