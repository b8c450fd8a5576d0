import type { ApplicationKeys } from '../domain/application-keys.ts'
import { createVault } from '../domain/vault.ts'
import { createApplicationKeyStore, createOpenedKeyCache } from './application-key-store.ts'
import { openSearchPostgres, type SearchDatabase } from './open-search.fixture.ts'

/** The database of running servers, and the keys of its applications: for as many people as nobody enrolls one by one. */
export interface Seeding {
  readonly database: SearchDatabase
  keysOf(applicationId: string): Promise<ApplicationKeys>
}

/** @param masterKey the servers' own, 64 hexadecimal digits */
export async function openSeeding(url: string, masterKey: string): Promise<Seeding> {
  const database = await openSearchPostgres(url, 2)
  const store = createApplicationKeyStore(database.db, createOpenedKeyCache(createVault(Buffer.from(masterKey, 'hex'))))
  return { database, keysOf: (applicationId) => store.of(applicationId) }
}
