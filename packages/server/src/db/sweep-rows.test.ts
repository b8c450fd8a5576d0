import { drizzle } from 'drizzle-orm/pglite'
import { expect, test } from 'vitest'
import { testVault as vault } from '../../../../test/contract/test-vault.ts'
import { createDatabase } from './database.ts'
import type { Executor } from './executor.ts'
import { sweepGalleryChanges } from './gallery-feed.ts'
import { openNewClient } from './new-database.fixture.ts'
import { sweepOffline } from './offline-sweep.ts'
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

test('[ST14] [SY23] of devices that work offline too, also of what is settled, and of one device after another', async () => {
  const client = await openNewClient()
  try {
    const statements: string[] = []
    const logQuery = (query: string) => {
      statements.push(query)
    }
    const db = drizzle(client, { schema, logger: { logQuery } })
    const [shop, device] = ["'0190163d-8694-739b-aea5-966c26f8ad99'", "'0190163d-8694-739b-aea5-966c26f8ad98'"]
    await client.exec(`
      insert into applications (id, public_id, name, settings, created_at) values (${shop}, 'mp_x', 'x', '{}', now());
      insert into galleries (application_id, id, name, created_at) values (${shop}, ${device}, 'default', now());
      insert into offline_devices (application_id, id, kind, gallery_id, status, created_at)
        values (${shop}, ${device}, 'kiosk', ${device}, 'active', now());
      insert into offline_tickets (application_id, device_id, id, not_before, not_after)
        select ${shop}, ${device}, gen_random_uuid(), now(), now() - n * interval '1 day' from generate_series(0, 1529) n;
      insert into offline_faces (application_id, device_id, face_id, template_hash, removed_epoch, removed_at)
        select ${shop}, ${device}, gen_random_uuid(), 'h', 9999 - n, now() - n * interval '1 day' from generate_series(0, 1529) n;
      insert into offline_events (application_id, device_id, id, seq, hash, prev_hash, op, at, mono_ms, boot_id, received_at,
          status, reason, is_clock_suspect, held)
        select ${shop}, ${device}, gen_random_uuid(), n + 1, 'h', 'p', 'enroll', now(), 0, gen_random_uuid(),
          now() - interval '20 days' - n * interval '0.02 days', 'quarantined', 'review', false, 'x'
        from generate_series(0, 1999) n`)
    await sweepOffline(db as unknown as Executor, new Date())
    const count = async (what: string) =>
      (await client.query<{ n: number }>(`select count(*)::int as n from ${what}`)).rows[0]!.n
    expect(await count('offline_tickets')).toBe(60)
    expect(await count('offline_faces')).toBe(30)
    expect(await count('offline_devices where floor_epoch = 9999 - 30')).toBe(1)
    expect(await count("offline_events where status = 'quarantined' and held is not null")).toBe(500)
    const runs = (text: string) => statements.filter((each) => each.startsWith(text)).length
    expect(
      ['delete from "offline_tickets"', 'delete from "offline_faces"', 'update "offline_events"'].map(runs),
      // One more looks for the faces of devices that were revoked.
    ).toEqual([2, 3, 2])
  } finally {
    await client.close()
  }
})

test('[ST14] of deliveries, devices that nobody confirmed, counts of failures and of calls too', async () => {
  const client = await openNewClient()
  try {
    const statements: string[] = []
    const logQuery = (query: string) => {
      statements.push(query)
    }
    const db = drizzle(client, { schema, logger: { logQuery } })
    const database = createDatabase(db as unknown as Executor, async () => {}, { vault })
    const [shop, other] = ["'0190163d-8694-739b-aea5-966c26f8ad99'", "'0190163d-8694-739b-aea5-966c26f8ad98'"]
    await client.exec(`
      insert into applications (id, public_id, name, settings, created_at) values (${shop}, 'mp_x', 'x', '{}', now());
      insert into galleries (application_id, id, name, created_at) values (${shop}, ${other}, 'default', now());
      insert into subjects (application_id, id, gallery_id, payload, created_at) values (${shop}, ${other}, ${other}, '', now());
      insert into webhook_endpoints (application_id, id, url, events, casing, include_payload, sealed_secrets, status,
          next_attempt_at, created_at)
        values (${shop}, ${other}, 'https://a.example', '{}', 'lower', false, '', 'active', now(), now());
      insert into webhook_deliveries (application_id, endpoint_id, id, event, body, state, created_at)
        select ${shop}, ${other}, gen_random_uuid(), 'enroll', '', case n % 2 when 0 then 'pending' else 'delivered' end,
          now() - n * interval '1 day' from generate_series(0, 2499) n;
      insert into devices (application_id, id, subject_id, key_id, public_key, status, created_at)
        select ${shop}, gen_random_uuid(), ${other}, n::text, '{}', case n % 2 when 0 then 'active' else 'pending' end,
          now() - n * interval '1 day' from generate_series(0, 2499) n;
      insert into attempts (application_id, scope_digest, failures, updated_at)
        select ${shop}, sha256(n::text::bytea), 1, now() - n * interval '1 day' from generate_series(0, 1249) n;
      insert into rate_windows (key_digest, started_at, taken)
        select sha256(n::text::bytea), now() - n * interval '1 minute', 1 from generate_series(0, 1249) n`)
    await database.sweep(new Date())
    const count = async (what: string) =>
      (await client.query<{ n: number }>(`select count(*)::int as n from ${what}`)).rows[0]!.n
    const left = ['webhook_deliveries', "devices where status = 'active'", 'attempts', 'rate_windows'].map(count)
    expect(await Promise.all(left)).toEqual([1250 + 15, 1250, 30, 60])
    const tables = ['webhook_deliveries', 'devices', 'attempts', 'rate_windows']
    const runs = tables.map((name) => statements.filter((each) => each.startsWith(`delete from "${name}"`)).length)
    // One more looks for people who were stopped a year ago.
    expect(runs).toEqual([2, 2, 3, 2])
  } finally {
    await client.close()
  }
})
