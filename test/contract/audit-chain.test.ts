import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readConfig } from '../../packages/server/src/config.ts'
import { createOwnPostgres } from '../../packages/server/src/db/own-postgres.fixture.ts'
import { runSql } from '../../packages/server/src/db/run-sql.fixture.ts'
import type { ChainReport } from '../../packages/server/src/domain/audit-log.ts'
import { type Core, openCore } from '../../packages/server/src/open-core.ts'

let folder: string
/** A server's data folder with one application of which everything is sealed. */
let clean: string
let applicationId: string
let head: string
const records = 12

const configOf = (dataDir: string) => ({ MIEN_DATA_DIR: dataDir, MIEN_DEMO: 'off' })

async function withCore<T>(dataDir: string, work: (core: Core) => Promise<T>): Promise<T> {
  const core = await openCore(readConfig(configOf(dataDir)))
  try {
    return await work(core)
  } finally {
    await core.database.close()
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mien-audit-'))
  clean = join(folder, 'clean')
  await withCore(clean, async ({ services }) => {
    applicationId = (await services.applications.create('Shop', [])).application_id
    for (let i = 1; i < records; i++) await services.applications.changeSettings(applicationId, { max_tries: i })
    expect(await services.auditLog.seal()).toBe(records)
    expect(await services.auditLog.seal()).toBe(0)
    head = await services.auditLog.head(applicationId)
  })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let copies = 0

/** Somebody who owns the database, but not the master key, does this to it. */
async function tampered(statement: string): Promise<string> {
  const dataDir = join(folder, `copy-${++copies}`)
  cpSync(clean, dataDir, { recursive: true })
  const off = ['audit_records', 'audit_seals'].map((table) => `alter table ${table} disable trigger user;`).join('\n')
  await runSql({ dataDir }, `${off}\n${statement}`)
  return dataDir
}

const verified = (dataDir: string, noted?: string): Promise<ChainReport> =>
  withCore(dataDir, ({ services }) => services.auditLog.verify(applicationId, noted))

/** The record's number in the chain, as the database knows it. */
const nth = (n: number, table = 'audit_records') =>
  `${table}.${table === 'audit_records' ? 'id' : 'record_id'} = (select record_id from audit_seals s where s.seq = ${n} and s.application_id = ${table}.application_id)`

const lines: string[] = []
const show = (what: string, { sealed, fault }: ChainReport) =>
  lines.push(`${what}: ${fault === null ? `nothing found (${sealed} sealed)` : `${fault.kind} at ${fault.seq ?? '-'}`}`)
afterAll(() => console.log(`PRV-05: ${lines.join('; ')}`))

describe('[PV5] the chain of the audit log', () => {
  test('is whole when nobody touched it, and goes on where it ended', async () => {
    const dataDir = await tampered('select 1')
    const report = await verified(dataDir, head)
    show('untouched', report)
    expect(report).toMatchObject({ records, sealed: records, unsealed: 0, fault: null, head })
    await withCore(dataDir, async ({ services }) => {
      await services.applications.changeSettings(applicationId, { max_tries: 2 })
      expect(await services.auditLog.verify(applicationId, head)).toMatchObject({ unsealed: 1, fault: null })
      expect(await services.auditLog.seal()).toBe(1)
      const after = await services.auditLog.verify(applicationId, head)
      expect(after).toMatchObject({ records: records + 1, sealed: records + 1, unsealed: 0, fault: null })
      expect(after.head).not.toBe(head)
    })
  })

  test('outlives its application, and says that it was deleted', async () => {
    await withCore(await tampered('select 1'), async ({ services }) => {
      await services.applications.remove(applicationId)
      expect(await services.auditLog.seal()).toBe(1)
      const report = await services.auditLog.verify(applicationId, head)
      expect(report).toMatchObject({ records: records + 1, sealed: records + 1, fault: null })
      const [last] = await services.auditLog.list(applicationId, { limit: 1 })
      expect(last).toMatchObject({ event: 'application_deleted' })
    })
  })

  test('is refused every change by the database itself', async () => {
    for (const table of ['audit_records', 'audit_seals']) {
      for (const statement of [
        `delete from ${table}`,
        `update ${table} set application_id = application_id`,
        `truncate ${table}`,
      ]) {
        await expect(runSql({ dataDir: clean }, statement), statement).rejects.toThrow('the audit log is only added to')
      }
    }
  })

  const id = 'application_id, event, outcome, subject_id, session_id, at'
  const cases: readonly [what: string, statement: string, fault: object][] = [
    ['a changed outcome', `update audit_records set outcome = 'no' where ${nth(5)}`, { kind: 'changed', seq: 5 }],
    [
      'a changed time',
      `update audit_records set at = at + interval '1 second' where ${nth(7)}`,
      { kind: 'changed', seq: 7 },
    ],
    ['a removed record', `delete from audit_records where ${nth(6)}`, { kind: 'removed', seq: 6 }],
    [
      'a removed record with its seal',
      `delete from audit_records where ${nth(6)}; delete from audit_seals where seq = 6`,
      { kind: 'removed', seq: 6 },
    ],
    [
      'a removed record, those behind it moved up',
      `delete from audit_records where ${nth(6)}; delete from audit_seals where seq = 6;
       update audit_seals set seq = -seq where seq > 6; update audit_seals set seq = -seq - 1 where seq < 0`,
      { kind: 'changed', seq: 6 },
    ],
    [
      'a record put in between',
      `insert into audit_records (id, ${id}) select '00000000-0000-7000-8000-000000000001', ${id} from audit_records where ${nth(3)}`,
      { kind: 'inserted', recordId: '00000000-0000-7000-8000-000000000001' },
    ],
    [
      'a record put in with a made-up seal',
      `insert into audit_records (id, ${id}) select gen_random_uuid(), ${id} from audit_records where ${nth(3)};
       insert into audit_seals select application_id, ${records + 1}, r.id, sha256('x') from audit_records r
         where not exists (select 1 from audit_seals s where s.record_id = r.id)`,
      { kind: 'changed', seq: records + 1 },
    ],
    [
      "two records in each other's place",
      `create temp table t as select * from audit_seals where seq in (4, 8);
       delete from audit_seals where seq in (4, 8);
       insert into audit_seals select application_id, 12 - seq, record_id, seal from t`,
      { kind: 'changed', seq: 4 },
    ],
    ['the key of the chain taken away', 'delete from audit_keys', { kind: 'changed', seq: 1 }],
  ]
  for (const [what, statement, fault] of cases) {
    test(`shows ${what}`, async () => {
      const report = await verified(await tampered(statement))
      show(what, report)
      expect(report.fault).toMatchObject(fault)
    })
  }

  test('does not show by itself that its end was cut off, but with a head that was noted', async () => {
    const cut = `delete from audit_records where ${nth(records)} or ${nth(records - 1)}; delete from audit_seals where seq >= ${records - 1}`
    const dataDir = await tampered(cut)
    const alone = await verified(dataDir)
    const noted = await verified(dataDir, head)
    show('the end cut off', alone)
    show('the end cut off, head noted', noted)
    expect(alone.fault).toBeNull()
    expect(noted.fault).toMatchObject({ kind: 'cut', seq: records })
    const nothing = await verified(
      await tampered('delete from audit_records; delete from audit_seals; delete from audit_keys'),
      head,
    )
    show('all of it removed, head noted', nothing)
    expect(nothing.fault).toMatchObject({ kind: 'cut' })
  })

  test('is checked by "mien audit verify", which says so and exits with 1', async () => {
    const whole = await mien(clean, 'verify')
    expect(whole).toEqual({
      code: 0,
      output: `${applicationId}  ${records} records, ${records} sealed, 0 not yet  ok\n`,
    })
    expect(await mien(clean, 'head')).toEqual({ code: 0, output: `${head}\n` })
    const broken = await mien(
      await tampered(`update audit_records set event = 'verify' where ${nth(2)}`),
      'verify',
      '--head',
      head,
    )
    expect(broken.code).toBe(1)
    expect(broken.output).toMatch(/BROKEN: record 2 [0-9a-f-]{36} was changed/)
  }, 120_000)
})

describe('[PV5] several processes', () => {
  const url = process.env.TEST_DATABASE_URL || undefined
  test.skipIf(url === undefined)('seal one chain without gaps or forks', async () => {
    const own = await createOwnPostgres(url!)
    const open = (n: number) =>
      openCore(
        readConfig({ ...configOf(join(folder, `pg-${n}`)), DATABASE_URL: own.url, MIEN_MASTER_KEY: 'ab'.repeat(32) }),
      )
    const cores = [await open(1), await open(2), await open(3)]
    try {
      const { application_id: id } = await cores[0]!.services.applications.create('Shop', [])
      for (let i = 0; i < 5; i++) {
        const changes = Array.from({ length: 30 }, (_, n) =>
          cores[n % 3]!.services.applications.issueKey(id, { kind: 'ticos', name: `t${i}-${n}` }),
        )
        await Promise.all([...changes, ...cores.map(({ services }) => services.auditLog.seal())])
      }
      await cores[1]!.services.auditLog.seal()
      const report = await cores[2]!.services.auditLog.verify(id)
      show('three processes at once, 151 records', report)
      expect(report).toMatchObject({ records: 151, sealed: 151, unsealed: 0, fault: null })
    } finally {
      for (const { database } of cores) await database.close()
      await own.drop()
    }
  })
})

const cli = join(import.meta.dirname, '..', '..', 'packages', 'server', 'src', 'cli', 'main.ts')

const mien = (dataDir: string, ...args: readonly string[]): Promise<{ code: number; output: string }> =>
  new Promise((resolve) => {
    const environment = { ...process.env, ...configOf(dataDir) }
    const call = ['--conditions=source', '--import', 'tsx', cli, 'audit', ...args]
    execFile(process.execPath, call, { env: environment }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr })
    })
  })
