import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { applicationSettings } from '@mien/shared/api/applications'
import { expect, test } from 'vitest'
import { testModel } from '../../../../test/contract/test-app.ts'
import { defaultSettings } from '../domain/settings.ts'
import { migrationsFolder } from './database.ts'
import { openNewClient } from './new-database.fixture.ts'

const folder = fileURLToPath(migrationsFolder)
const migrations = readdirSync(folder)
  .filter((name) => name.endsWith('.sql'))
  .sort()

/** Settings as they were written before the widget had more of them. */
const oldSettings = {
  origins: ['https://shop.example'],
  prevent_duplicates: false,
  disclose_to_page: true,
  consent_required: true,
  policy_version: '7',
  pad_threshold: null,
  pin_enroll: 'required',
  pin_authenticate: 'always',
  reject_weak_pins: false,
  max_subjects: 12,
  max_identify_gallery: 54,
  max_tries: 3,
}

test('[ST1] an application of before a migration keeps its settings and gets the defaults of new ones', async () => {
  const client = await openNewClient('bare')
  const run = async (names: readonly string[]) => {
    for (const name of names) await client.exec(readFileSync(join(folder, name), 'utf8'))
  }
  try {
    const next = migrations.findIndex((name) => name.startsWith('0002'))
    await run(migrations.slice(0, next))
    await client.query(
      'insert into applications (id, public_id, name, settings, created_at) values ($1, $2, $3, $4, now())',
      ['0190163d-8694-739b-aea5-966c26f8ad90', 'mp_1', 'Old', oldSettings],
    )
    await run(migrations.slice(next))
    const { rows } = await client.query<{ settings: unknown }>('select settings from applications')
    const settings = applicationSettings.parse(rows[0]?.settings)
    expect(settings).toEqual({ ...defaultSettings(testModel, []), ...oldSettings, retention_days: null })
  } finally {
    await client.close()
  }
})

test('[ST1] credentials of before they had names keep working, each as the default of its kind', async () => {
  const client = await openNewClient('bare')
  const run = async (names: readonly string[]) => {
    for (const name of names) await client.exec(readFileSync(join(folder, name), 'utf8'))
  }
  const [application, gallery, person] = [1, 2, 3].map((n) => `0190163d-8694-739b-aea5-966c26f8ad9${n}`)
  try {
    const next = migrations.findIndex((name) => name.startsWith('0004'))
    await run(migrations.slice(0, next))
    const insert = 'insert into applications (id, public_id, name, settings, created_at) values ($1, $2, $3, $4, now())'
    await client.query(insert, [application, 'mp_1', 'Old', oldSettings])
    await client.query("insert into galleries values ($1, $2, 'default', now())", [application, gallery])
    for (const kind of ['secret_key', 'faceio']) {
      await client.query(
        'insert into credentials (application_id, id, kind, secret_digest, gallery_id, created_at) values ($1, gen_random_uuid(), $2, $3, $4, now())',
        [application, kind, new Uint8Array(32).fill(7), gallery],
      )
    }
    await client.query(
      "insert into subjects (application_id, id, gallery_id, payload, created_at) values ($1, $2, $3, 'null', now())",
      [application, person, gallery],
    )
    await run(migrations.slice(next))
    const { rows: keys } = await client.query('select kind, name, scopes, secret_digest from credentials order by kind')
    const digest = new Uint8Array(32).fill(7)
    expect(keys).toEqual(
      ['faceio', 'secret_key'].map((kind) => ({ kind, name: 'default', scopes: [], secret_digest: digest })),
    )
    const { rows: people } = await client.query('select name, number from subjects')
    expect(people).toEqual([{ name: '', number: expect.anything() }])
  } finally {
    await client.close()
  }
}, 120_000)
