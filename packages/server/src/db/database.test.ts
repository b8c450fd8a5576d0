import { MienError } from '@mien/shared/errors'
import { drizzle } from 'drizzle-orm/pglite'
import { expect, test } from 'vitest'
import { testVault as vault } from '../../../../test/contract/test-vault.ts'
import { createDatabase } from './database.ts'
import type { Executor } from './executor.ts'
import { openNewClient } from './new-database.fixture.ts'
import * as schema from './schema.ts'

test('[ST17] whatever is asked of the database past the stores and refused: a typed error, with no statement and no parameter in it', async () => {
  const client = await openNewClient()
  try {
    const db = drizzle(client, { schema }) as unknown as Executor
    const database = createDatabase(db, async () => {}, { vault, hasGraphs: true })
    await client.exec('drop schema public cascade')
    const space = { applicationId: 'secret-a', galleryId: 'secret-g', modelId: 'secret-m' }
    const asked = [
      () => database.transaction(({ applications }) => applications.find('secret-a')),
      () => database.resealKeys(),
      () => database.engineOf(space),
      () => database.graphOf(space),
      () => database.sweep(new Date()),
    ]
    for (const ask of asked) {
      const error = await ask().catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(MienError)
      const told = [error, (error as MienError).cause].map(String).join()
      expect(told).not.toMatch(/select|secret/i)
    }
  } finally {
    await client.close()
  }
})
