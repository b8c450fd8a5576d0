import type { CredentialHolder, CredentialStore, Database } from '../domain/ports.ts'

/** Keys whose holders a process keeps at hand. */
const maxKnown = 1000

/**
 * Keeps at hand who holds which key, which every request of a backend asks first. For a database that no other process writes to: what is
 * known is forgotten whenever this one may have changed it, before whoever changed it is told.
 */
export function rememberHolders(database: Database): Database {
  const { applications, credentials } = database.stores
  const known = new Map<string, CredentialHolder>()
  let changes = 0

  const forgetAfter = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } finally {
      changes++
      known.clear()
    }
  }

  const findByDigest: CredentialStore['findByDigest'] = async (kind, digest) => {
    const key = `${kind}|${Buffer.from(digest).toString('hex')}`
    const near = known.get(key)
    if (near !== undefined) return near
    const before = changes
    const holder = await credentials.findByDigest(kind, digest)
    // One that was read while something changed may be the one of before.
    if (holder === undefined || changes !== before) return holder
    known.set(key, holder)
    const [oldest] = known.keys()
    if (oldest !== undefined && known.size > maxKnown) known.delete(oldest)
    return holder
  }

  return {
    ...database,
    stores: {
      ...database.stores,
      applications: {
        ...applications,
        updateSettings: (id, settings) => forgetAfter(applications.updateSettings(id, settings)),
        remove: (id) => forgetAfter(applications.remove(id)),
      },
      credentials: {
        ...credentials,
        findByDigest,
        put: (credential) => forgetAfter(credentials.put(credential)),
        remove: (applicationId, id) => forgetAfter(credentials.remove(applicationId, id)),
      },
    },
    // Its own stores ask the database.
    transaction: (work) => forgetAfter(database.transaction(work)),
  }
}
