import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createOwnPostgres, type OwnPostgres } from '../../packages/server/src/db/own-postgres.fixture.ts'
import { runSql } from '../../packages/server/src/db/run-sql.fixture.ts'

const command = join(import.meta.dirname, '../../packages/server/src/cli/main.ts')
const serverUrl = process.env.TEST_DATABASE_URL ?? ''

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly errors: string
}

/** The `mien` command as whoever runs a server types it. */
function mien(environment: Readonly<Record<string, string>>, ...words: string[]): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=source', command, ...words], {
    env: { PATH: process.env.PATH ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [out, errors] = ['', '']
  child.stdout.on('data', (chunk) => (out += chunk))
  child.stderr.on('data', (chunk) => (errors += chunk))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, out, errors }))
  })
}

describe('mien gallery', () => {
  let dataDir: string
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'mien-gallery-'))
  })
  afterAll(() => rm(dataDir, { recursive: true, force: true }))

  test.each(['optimize', 'recall'])('[ST70] %s says that the embedded database has no graphs', async (word) => {
    const id = '0190163d-8694-739b-aea5-966c26f8ad90'
    const { code, out, errors } = await mien({ MIEN_DATA_DIR: dataDir }, 'gallery', word, id, 'default')
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(errors).toContain('needs PostgreSQL with pgvector (DATABASE_URL)')
  })

  describe.skipIf(serverUrl === '')('on PostgreSQL', () => {
    let own: OwnPostgres
    beforeAll(async () => {
      own = await createOwnPostgres(serverUrl)
    })
    afterAll(() => own.drop())

    /** As enrolled people lie in the database, whoever has the keys. */
    const fill = (applicationId: string, modelId: string, people: number) =>
      runSql(
        own,
        `
        with gallery as (select application_id, id from galleries where application_id = '${applicationId}'),
        person as (
          insert into subjects (application_id, id, gallery_id, payload, created_at)
          select application_id, gen_random_uuid(), id, '\\x00', now() from gallery, generate_series(1, ${people})
          returning application_id, gallery_id, id)
        insert into faces (application_id, gallery_id, id, subject_id, model_id, key_version, dimension, vector)
        select application_id, gallery_id, gen_random_uuid(), id, '${modelId}', 1, 512,
          (select l2_normalize(array_agg(random() - 0.5)::real[]::vector(512))::halfvec from generate_series(1, 512) where person.id is not null)
        from person`,
      )

    test('[ST75] [ST76] [ST77] builds a graph, measures it, chooses it, lists it and removes it', async () => {
      const environment = { MIEN_DATA_DIR: dataDir, DATABASE_URL: own.url }
      const run = async (...words: string[]) => {
        const { code, out, errors } = await mien(environment, ...words)
        expect({ words, code, errors }).toEqual({ words, code: 0, errors: '' })
        return out
      }
      const { application_id: id } = JSON.parse(await run('app', 'create', '--name', 'Shop', '--json'))
      const empty = await mien(environment, 'gallery', 'optimize', id, 'default')
      expect(empty).toMatchObject({ code: 1, errors: expect.stringContaining('the gallery has none') })
      await fill(id, 'some-model', 300)
      expect(await run('gallery', 'optimize', id, 'default')).toMatch(
        /some-model {2}300 faces {2}[\d.]+ MiB {2}built in/,
      )
      const report = JSON.parse(await run('gallery', 'recall', id, 'default', '--probes', '30', '--json'))
      expect(report).toMatchObject({ faces: 300, probes: 30 })
      expect(report.engines).toContainEqual(expect.objectContaining({ engine: 'hnsw', recall_at_1_person: 1 }))
      expect(await run('gallery', 'set', id, 'default', 'engine=hnsw', 'ef_search=300')).toContain('ef_search 300')
      expect(JSON.parse(await run('gallery', 'list', id, '--json'))).toMatchObject([
        { name: 'default', subjects: 300, search_engine: 'hnsw', hnsw_ef_search: 300 },
      ])
      expect(await run('gallery', 'optimize', id, 'default', '--drop')).toContain('removed')
      expect(await runSql(own, "select from pg_class where relname like 'faces_hnsw%'")).toHaveLength(0)
    }, 240_000)
  })
})
