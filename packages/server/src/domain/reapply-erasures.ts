import { MienError } from '@mien/shared/errors'
import type { Applications } from './applications.ts'
import type { Erased, ErasureJournal } from './erasure-journal.ts'
import type { Application, Digest } from './model.ts'
import type { Database } from './ports.ts'
import type { Subjects } from './subjects.ts'

export interface Reapplied {
  /** Who had come back and was erased again. */
  readonly people: number
  readonly applications: number
}

export interface ReapplyOptions {
  readonly database: Database
  readonly subjects: Pick<Subjects, 'remove'>
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

const pageSize = 1000

async function reapplyOne(
  { database: { stores }, subjects }: ReapplyOptions,
  { id: applicationId }: Application,
  erased: readonly Erased[],
): Promise<number> {
  const known = new Set((await stores.tombstones.list(applicationId)).map(({ digest }) => keyOf(digest)))
  const missing = new Map(
    erased.flatMap((each) =>
      each.digest === null || known.has(keyOf(each.digest)) ? [] : [[keyOf(each.digest), each]],
    ),
  )
  if (missing.size === 0) return 0
  const keys = await stores.applicationKeys.of(applicationId)
  let people = 0
  for (let afterId: string | undefined; ; ) {
    const page = await stores.subjects.list(applicationId, {
      ...(afterId === undefined ? {} : { afterId }),
      limit: pageSize,
    })
    for (const { id } of page) {
      if (!missing.has(keyOf(keys.digest('tombstone', Buffer.from(id, 'utf8'))))) continue
      if (await removeOnce(() => subjects.remove(applicationId, id, null))) people += 1
    }
    afterId = page.at(-1)?.id
    if (page.length < pageSize) break
  }
  // Last: once they are there, nobody looks again.
  for (const { digest, erasedAt } of missing.values()) await stores.tombstones.put(applicationId, digest!, erasedAt)
  return people
}

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
  const noted = new Set(
    journal.read().map(({ applicationId, digest }) => `${applicationId}|${digest && keyOf(digest)}`),
  )
  for (const { id } of await stores.applications.list()) {
    const tombstones = await stores.tombstones.list(id)
    const missing = tombstones.filter(({ digest }) => !noted.has(`${id}|${keyOf(digest)}`))
    journal.note(missing.map(({ digest, deletedAt }) => ({ applicationId: id, digest, erasedAt: deletedAt })))
  }
}

const keyOf = (digest: Digest): string => Buffer.from(digest).toString('base64url')
