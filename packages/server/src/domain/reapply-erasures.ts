import { MienError } from '@mien/shared/errors'
import type { Applications } from './applications.ts'
import { type Erased, type ErasureJournal, firstOf, keyOf, noteMissing } from './erasure-journal.ts'
import type { Application, Digest } from './model.ts'
import type { Database } from './ports.ts'
import type { Subjects } from './subjects.ts'

export interface Reapplied {
  /** Who had come back and was erased again. */
  readonly people: number
  readonly applications: number
}

export interface EraseOptions {
  readonly database: Database
  readonly subjects: Pick<Subjects, 'remove'>
}

export interface ReapplyOptions extends EraseOptions {
  readonly applications: Pick<Applications, 'remove'>
}

/**
 * Erases again whoever a database knows that was set back to an earlier day, as when they were erased: with audit record, withdrawn consent and
 * webhook. Whoever is not there keeps a tombstone. Does nothing where the database knows of all of them.
 */
export async function reapplyErasures(options: ReapplyOptions, erased: readonly Erased[]): Promise<Reapplied> {
  let [people, gone] = [0, 0]
  for (const application of await options.database.stores.applications.list()) {
    const own = erased.filter(({ applicationId }) => applicationId === application.id)
    if (own.some(({ digest }) => digest === null)) {
      if (await removeOnce(() => options.applications.remove(application.id))) gone += 1
    } else if (own.length > 0) {
      people += await reapplyOne(options, application, own)
    }
  }
  return { people, applications: gone }
}

async function reapplyOne(
  options: EraseOptions,
  { id: applicationId }: Application,
  erased: readonly Erased[],
): Promise<number> {
  const known = await knownDigests(options.database, applicationId)
  const missing = erased.flatMap(({ digest, erasedAt }) =>
    digest === null || known.has(keyOf(digest)) ? [] : [{ digest, erasedAt }],
  )
  return (await eraseDigests(options, applicationId, missing)).people
}

/** Somebody of one application who was erased. */
export interface ErasedPerson {
  readonly digest: Digest
  readonly erasedAt: Date
}

export interface DigestsErased {
  /** Who was there. */
  readonly people: number
  /** Tombstones that were not there yet, of people who were there and of others. */
  readonly tombstones: number
}

const pageSize = 1000

/**
 * Erases everybody whose id has one of these digests, and keeps a tombstone of each, with the time of then. Who is there is looked for among all
 * people of the application: a tombstone alone removes nobody. Interrupted, it goes on when it is called again.
 */
export async function eraseDigests(
  { database, subjects }: EraseOptions,
  applicationId: string,
  erased: readonly ErasedPerson[],
): Promise<DigestsErased> {
  if (erased.length === 0) return { people: 0, tombstones: 0 }
  const { stores } = database
  const sought = new Map(firstOf(erased, ({ digest }) => keyOf(digest)).map((each) => [keyOf(each.digest), each]))
  const known = await knownDigests(database, applicationId)
  const keys = await stores.applicationKeys.of(applicationId)
  let people = 0
  for (let afterId: string | undefined; ; ) {
    const after = afterId === undefined ? {} : { afterId }
    const page = await stores.subjects.list(applicationId, { ...after, limit: pageSize })
    for (const { id } of page) {
      const found = sought.get(keyOf(keys.digest('tombstone', Buffer.from(id, 'utf8'))))
      if (found === undefined) continue
      if (await removeOnce(() => subjects.remove(applicationId, id, null, found.erasedAt))) people += 1
    }
    afterId = page.at(-1)?.id
    if (page.length < pageSize) break
  }
  // Last: once they are there, a database that is opened is not looked through again.
  const missing = [...sought].filter(([key]) => !known.has(key)).map(([, each]) => each)
  await database.transaction((within) => within.tombstones.putAll(applicationId, missing))
  return { people, tombstones: missing.length }
}

const knownDigests = async ({ stores }: Database, applicationId: string): Promise<ReadonlySet<string>> =>
  new Set((await stores.tombstones.list(applicationId)).map(({ digest }) => keyOf(digest)))

/** @returns false when another server that started was first */
async function removeOnce(remove: () => Promise<void>): Promise<boolean> {
  try {
    await remove()
    return true
  } catch (error) {
    if (error instanceof MienError && (error.code === 'NOT_FOUND' || error.code === 'GONE')) return false
    throw error
  }
}

/** Notes what the database knows and the journal does not: whatever was erased before there was one, or by another server. */
export async function noteKnownErasures({ stores }: Database, journal: ErasureJournal): Promise<void> {
  noteMissing(journal, await stores.tombstones.erasedSince(undefined))
}
