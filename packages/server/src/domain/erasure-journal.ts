import { Buffer } from 'node:buffer'
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

/** Notes nothing until it goes on, where whoever is erased meanwhile is noted already, or is looked for afterwards. */
export function pauseJournal(journal: ErasureJournal): ErasureJournal & { goOn(): void } {
  let isPaused = true
  return {
    ...journal,
    note(erased) {
      if (!isPaused) journal.note(erased)
    },
    goOn() {
      isPaused = false
    },
  }
}

/** So much earlier than the last look: transactions commit after the time that they wrote, and servers' clocks differ. */
const overlapMs = 3_600_000

/** Finds whom others erased. Nobody is found twice, or who was `known`. */
function createOthers({ stores }: Database, journal: ErasureJournal, from: Date) {
  let since = from.getTime() - overlapMs
  let isFirst = true
  const seen = new Map<string, number>()
  const see = (erased: readonly Erased[]) => {
    for (const each of erased) seen.set(placeOf(each), each.erasedAt.getTime())
  }
  return {
    see,
    async look(now: Date): Promise<void> {
      const found = await stores.tombstones.erasedSince(new Date(since))
      // What was noted before this process began is read once.
      if (isFirst) noteMissing(journal, found)
      else journal.note(found.filter((each) => !seen.has(placeOf(each))))
      isFirst = false
      see(found)
      since = now.getTime() - overlapMs
      for (const [place, at] of seen) if (at < since) seen.delete(place)
    },
  }
}

/**
 * The same database, which notes every erasure after it committed and before whoever asked for it is told, and with each sweep those of other
 * servers.
 */
export function noteErasures(database: Database, journal: ErasureJournal, now: () => Date): Database {
  const others = createOthers(database, journal, now())
  // What could not be noted is, with the next one.
  const owed: Erased[] = []
  const settle = (erased: readonly Erased[]) => {
    if (erased.length === 0) return
    for (const each of erased) owed.push(each)
    journal.note(owed)
    others.see(owed)
    owed.length = 0
  }
  const direct: Erased[] = []
  return {
    ...database,
    stores: collecting(database.stores, { add: (erased) => settle(erased), noted: direct }, now),
    async transaction(work) {
      const noted: Erased[] = []
      const add = (erased: readonly Erased[]) => {
        for (const each of erased) noted.push(each)
      }
      const done = await database.transaction((stores) => work(collecting(stores, { add, noted }, now)))
      settle(noted)
      return done
    },
    async sweep(at) {
      await database.sweep(at)
      await others.look(at)
    },
  }
}

interface Collector {
  readonly add: (erased: readonly Erased[]) => void
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
        collector.add([{ applicationId, digest, erasedAt }])
      },
      async putAll(applicationId, all) {
        await tombstones.putAll(applicationId, all)
        collector.add(all.map((each) => ({ applicationId, ...each })))
      },
    },
    applications: {
      ...applications,
      async remove(id) {
        const wasThere = await applications.remove(id)
        if (wasThere) collector.add([{ applicationId: id, digest: null, erasedAt: now() }])
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

/** Notes what the journal does not have, each once. */
export function noteMissing(journal: ErasureJournal, erased: readonly Erased[]): void {
  const noted = new Set(journal.read().map(placeOf))
  const missing = firstOf(erased, placeOf).filter((each) => !noted.has(placeOf(each)))
  journal.note(missing)
}

/** Each once: whoever came back and was erased again may be named a second time, with the later time. */
export const firstOf = <T>(all: readonly T[], keyed: (each: T) => string): readonly T[] => {
  const found = new Map<string, T>()
  for (const each of all) if (!found.has(keyed(each))) found.set(keyed(each), each)
  return [...found.values()]
}

const placeOf = ({ applicationId, digest }: Erased): string =>
  `${applicationId}|${digest === null ? '' : keyOf(digest)}`

export const keyOf = (digest: Digest): string => Buffer.from(digest).toString('base64url')
