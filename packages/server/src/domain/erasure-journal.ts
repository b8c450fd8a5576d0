import type { Digest } from './model.ts'
import type { Database, Stores } from './ports.ts'

/** Somebody who was erased, or a whole application. */
export interface Erased {
  readonly applicationId: string
  /** Keyed digest of the facial id; null: the application. */
  readonly digest: Digest | null
  readonly erasedAt: Date
}

/** Who was erased, kept outside the database: a database that is set back to an earlier day does not know of it. */
export interface ErasureJournal {
  /** Returns when it is safe from a power cut. */
  note(erased: readonly Erased[]): void
  read(): readonly Erased[]
}

/** The same database, which notes every erasure after it committed and before whoever asked for it is told. */
export function noteErasures(database: Database, journal: ErasureJournal, now: () => Date): Database {
  // What could not be noted is, with the next one.
  const owed: Erased[] = []
  const settle = (erased: readonly Erased[]) => {
    if (erased.length === 0) return
    owed.push(...erased)
    journal.note(owed)
    owed.length = 0
  }
  const direct: Erased[] = []
  return {
    ...database,
    stores: collecting(database.stores, { add: (erased) => settle([erased]), noted: direct }, now),
    async transaction(work) {
      const noted: Erased[] = []
      const done = await database.transaction((stores) =>
        work(collecting(stores, { add: (erased) => noted.push(erased), noted }, now)),
      )
      settle(noted)
      return done
    },
  }
}

interface Collector {
  readonly add: (erased: Erased) => void
  readonly noted: Erased[]
}

function collecting(stores: Stores, collector: Collector, now: () => Date): Stores {
  const { tombstones, applications, savepoints } = stores
  return {
    ...stores,
    tombstones: {
      ...tombstones,
      async put(applicationId, digest, erasedAt) {
        await tombstones.put(applicationId, digest, erasedAt)
        collector.add({ applicationId, digest, erasedAt })
      },
    },
    applications: {
      ...applications,
      async remove(id) {
        const wasThere = await applications.remove(id)
        if (wasThere) collector.add({ applicationId: id, digest: null, erasedAt: now() })
        return wasThere
      },
    },
    savepoints: {
      async run(work) {
        const before = collector.noted.length
        try {
          return await savepoints.run((inner) => work(collecting(inner, collector, now)))
        } catch (error) {
          collector.noted.length = before
          throw error
        }
      },
    },
  }
}
