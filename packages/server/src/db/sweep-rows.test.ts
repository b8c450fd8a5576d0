import { drizzle } from 'drizzle-orm/pglite'
import { expect, test } from 'vitest'
import { testVault as vault } from '../../../../test/contract/test-vault.ts'
import { createDatabase } from './database.ts'
import type { Executor } from './executor.ts'
import { sweepGalleryChanges } from './gallery-feed.ts'
import { openNewClient } from './new-database.fixture.ts'
import * as schema from './schema.ts'

test('[ST14] whatever is due goes, a thousand rows a statement, and the rest stays', async () => {
  const client = await openNewClient()
  try {
    let deletions = 0
    const logQuery = (query: string) => {
      if (query.startsWith('delete from "template_digests"')) deletions++
    }
    const db = drizzle(client, { schema, logger: { logQuery } })
    const database = createDatabase(db as unknown as Executor, async () => {}, { vault })
    await client.exec(`
      insert into applications (id, public_id, name, settings, created_at)
        values ('0190163d-8694-739b-aea5-966c26f8ad99', 'mp_x', 'x', '{}', now());
      insert into template_digests (application_id, digest, seen_at)
        select '0190163d-8694-739b-aea5-966c26f8ad99', sha256(n::text::bytea), now() - n * interval '2 hours'
        from generate_series(0, 4599) n`)
    await database.sweep(new Date())
    const { rows } = await client.query<{ n: number }>('select count(*)::int as n from template_digests')
    expect([rows[0]!.n, deletions]).toEqual([180 * 12, 3])
  } finally {
    await client.close()
  }
})

test('[ST14] of changes of one moment too, no more are forgotten in a statement than a thousand', async () => {
  const client = await openNewClient()
  try {
    let deletions = 0
    const logQuery = (query: string) => {
      if (query.startsWith('delete from "gallery_changes"')) deletions++
    }
    const db = drizzle(client, { schema, logger: { logQuery } })
    await client.exec(`
      insert into applications (id, public_id, name, settings, created_at)
        values ('0190163d-8694-739b-aea5-966c26f8ad99', 'mp_x', 'x', '{}', now());
      insert into gallery_changes (application_id, gallery_id, seq, face_id, operation, at)
        select '0190163d-8694-739b-aea5-966c26f8ad99', gallery.id, 10000 - n, gen_random_uuid(), 'insert', now() - interval '40 days'
        from generate_series(0, 1499) n, (select gen_random_uuid() as id) as gallery`)
    await sweepGalleryChanges(db as unknown as Executor, new Date())
    const { rows } = await client.query<{ n: number }>('select count(*)::int as n from gallery_changes')
    expect([rows[0]!.n, deletions]).toEqual([0, 2])
  } finally {
    await client.close()
  }
})
