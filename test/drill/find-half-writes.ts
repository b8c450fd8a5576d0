import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import postgres from 'postgres'

/** SQL past the server. */
export type AskSql = (statement: string) => Promise<readonly Readonly<Record<string, unknown>>[]>

/** Opens what a server has, asks, and closes it. @param from a data folder whose server does not run, or a PostgreSQL's URL */
export async function withSql<T>(
  from: { readonly dataDir: string } | { readonly url: string },
  work: (ask: AskSql) => Promise<T>,
): Promise<T> {
  if ('url' in from) {
    const client = postgres(from.url, { max: 1, onnotice: () => {} })
    return work((statement) => client.unsafe(statement)).finally(() => client.end())
  }
  const client = await PGlite.create({ dataDir: join(from.dataDir, 'db'), extensions: { vector } })
  return work(async (statement) => (await client.query<Record<string, unknown>>(statement)).rows).finally(() =>
    client.close(),
  )
}

/** What one transaction writes, and the rows that are there without the rest of it. Each must find nothing. */
const halfWrites: Readonly<Record<string, string>> = {
  'enrolled people without a face': `select a.subject_id from audit_records a join subjects s on s.id = a.subject_id
    where a.event = 'enroll' and a.outcome = 'granted' and not exists (select from faces f where f.subject_id = a.subject_id)`,
  'enrolled people without a consent': `select a.subject_id from audit_records a where a.event = 'enroll' and a.outcome = 'granted'
    and not exists (select from consents c where c.subject_id = a.subject_id)`,
  'people without a record of how they came': `select s.id from subjects s where not exists (select from audit_records a
    where a.subject_id = s.id and a.event in ('enroll', 'subject_created'))`,
  'records of people who are neither there nor erased': `select a.subject_id from audit_records a
    where a.event in ('enroll', 'subject_created') and a.subject_id is not null and a.outcome in ('granted', 'ok')
    and not exists (select from subjects s where s.id = a.subject_id)
    and not exists (select from audit_records d where d.subject_id = a.subject_id and d.event = 'subject_deleted')`,
  'erased people of whom something is there': `select a.subject_id from audit_records a where a.event = 'subject_deleted'
    and (exists (select from subjects s where s.id = a.subject_id) or exists (select from faces f where f.subject_id = a.subject_id)
      or exists (select from pins p where p.subject_id = a.subject_id))`,
  'as many tombstones as erasures, but': `select 1 from (select (select count(*) from tombstones) t,
    (select count(*) from audit_records where event = 'subject_deleted') d) n where t <> d`,
  'decisions recorded twice': `select session_id from audit_records where event in ('enroll', 'authenticate') and outcome = 'granted'
    and session_id is not null group by session_id having count(*) > 1`,
  'results without a record': `select r.id from results r where not exists (select from audit_records a
    where a.session_id = r.session_id and a.outcome = 'granted')`,
  'records without a result': `select a.id from audit_records a join sessions s on s.id = a.session_id
    where a.event in ('enroll', 'authenticate') and a.outcome = 'granted'
    and not exists (select from results r where r.session_id = a.session_id)`,
  'challenges that are used without a record': `select c.id from challenges c where c.used_at is not null
    and not exists (select from audit_records a where a.session_id = c.session_id)`,
  'faces without a change in the feed': `select f.id from faces f where not exists (select from gallery_changes g
    where g.face_id = f.id and g.operation = 'insert')`,
  'changes of faces that are not there': `select i.face_id from gallery_changes i where i.operation = 'insert'
    and not exists (select from faces f where f.id = i.face_id)
    and not exists (select from gallery_changes d where d.face_id = i.face_id and d.operation = 'delete')`,
  'galleries that are counted wrong': `select z.gallery_id from gallery_sizes z where z.faces <>
    (select count(*) from faces f where f.gallery_id = z.gallery_id and f.model_id = z.model_id)`,
  'more or fewer events than decisions': `select 1 from (select
    (select count(*) from webhook_deliveries where event in ('enroll', 'auth', 'deletion')) e,
    (select count(*) from audit_records a where (a.event in ('enroll', 'authenticate', 'step_up') and a.outcome = 'granted')
      or a.event = 'subject_deleted') d) n where e <> d`,
}

/** @returns what is wrong, in words; nothing: every transaction is there as a whole or not at all */
export async function findHalfWrites(ask: AskSql): Promise<string[]> {
  const found: string[] = []
  for (const [what, statement] of Object.entries(halfWrites)) {
    const rows = await ask(statement)
    if (rows.length > 0) found.push(`${rows.length} ${what}`)
  }
  return found
}

/** Sign-ins that were let through, by facial id. */
export async function countSignIns(ask: AskSql): Promise<ReadonlyMap<string, number>> {
  const rows = await ask(
    `select subject_id::text as id, count(*)::int as times from audit_records where event = 'authenticate' and outcome = 'granted' group by 1`,
  )
  return new Map(rows.map(({ id, times }) => [String(id), Number(times)]))
}
