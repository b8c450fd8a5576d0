import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PgliteDatabase } from '../../packages/server/src/db/pglite.ts'
import type { Database } from '../../packages/server/src/domain/ports.ts'
import { rowId } from '../../packages/server/src/domain/tokens.ts'
import { createVault } from '../../packages/server/src/domain/vault.ts'
import { exportPeople } from '../../packages/server/src/transfer/export-people.ts'
import { importPeople } from '../../packages/server/src/transfer/import-people.ts'
import { type Observed, observePeople } from '../drill/observe-people.ts'
import { type SeededPeople, seedPeople } from '../drill/seed-people.ts'
import { engines } from './engines.ts'
import { openTestApp, type TestApp, testModel } from './test-app.ts'

const clock = { now: () => new Date('2026-11-21T12:00:00Z') }
const people = 60
const nothing = {
  added: 0,
  present: 0,
  erased: 0,
  pins: 0,
  consents: 0,
  faces: 0,
  removed: 0,
  tombstones: 0,
  foreignTombstones: 0,
}

/** Who each probe is, without the scores: half precision rounds a template once more under another key. */
const verdicts = ({ decisions }: Observed): unknown[] => decisions.map((text) => JSON.parse(text).verdict)

for (const engine of engines) {
  describe(`people who move to another installation, on ${engine.name}`, () => {
    let from: Database
    let source: TestApp
    let seeded: SeededPeople
    let lines: string[]
    let to: TestApp

    const read = async (gallery: string | null = null): Promise<string[]> => {
      let text = ''
      const options = { database: from, clock, model: testModel, applicationId: seeded.applicationId, gallery }
      for await (const part of exportPeople(options)) text += part
      return text.trimEnd().split('\n')
    }
    const newTarget = async (settings: object = {}): Promise<SeededPeople> => {
      const { credentials } = await to.createApplication(settings)
      const gallery = await to.services.galleries.findByName(credentials.application_id, 'default')
      return { applicationId: credentials.application_id, galleryId: gallery.id, ids: seeded.ids }
    }
    const take = (applicationId: string, text: string | Uint8Array) =>
      importPeople(Readable.from([Buffer.from(text as string)]), {
        database: to.database,
        subjects: to.services.subjects,
        clock,
        model: testModel,
        applicationId,
      })
    /** With an end that fits. */
    const closed = (some: readonly string[]): string => {
      const text = some.map((line) => `${line}\n`).join('')
      const count = some.filter((line) => line.startsWith('{"type":"person"')).length
      return `${text}${JSON.stringify({ type: 'end', people: count, sha256: createHash('sha256').update(text).digest('hex') })}\n`
    }
    const counted = async ({ applicationId }: SeededPeople) => to.database.stores.subjects.count(applicationId)

    beforeAll(async () => {
      const first = createVault(new Uint8Array(32).fill(1))
      from = await engine.openOwn(first)
      source = await openTestApp({ vault: first, database: from })
      seeded = await seedPeople(from, { people, protection: 'sealed' })
      lines = await read()
      const vault = createVault(new Uint8Array(32).fill(2))
      to = await openTestApp({ vault, database: await engine.openOwn(vault) })
    })
    afterAll(async () => {
      await source.close()
      await to.close()
    })

    test('[MV7] payloads, PINs, consents, names and templates are the same under other keys, and a second import changes nothing', async () => {
      const target = await newTarget()
      const report = await take(target.applicationId, `${lines.join('\n')}\n`)
      expect(report).toEqual({ ...nothing, added: people, pins: people, consents: people, faces: 66 })
      const seen = await observePeople(to.database, target, { probes: 30, pins: 10 })
      expect(seen).toMatchObject({ people, faces: 66, payloads: people, consents: people, pins: 10 })
      expect(verdicts(seen)).toEqual(verdicts(await observePeople(from, seeded, { probes: 30, pins: 0 })))
      expect(await take(target.applicationId, `${lines.join('\n')}\n`)).toEqual({ ...nothing, present: people })
      expect(await observePeople(to.database, target, { probes: 30, pins: 10 })).toEqual(seen)
      const [before, after] = [from, to.database].map(({ stores }) => stores)
      const owner = (own: SeededPeople, stores: Database['stores']) =>
        stores.subjects.find(own.applicationId, seeded.ids[7]!)
      const { applicationId: _, galleryId: __, number: ___, ...person } = (await owner(target, after!))!
      expect(await owner(seeded, before!)).toMatchObject(person)
    })

    test('[MV7] the keys of an application that took peppers can be replaced, and its PINs still fit', async () => {
      const target = await newTarget()
      await take(target.applicationId, `${lines.join('\n')}\n`)
      await to.database.transaction((stores) => stores.applicationKeys.add(target.applicationId))
      await to.services.keyRenewal.resume()
      await expect
        .poll(async () => (await to.services.keyRenewal.state(target.applicationId)).isDone, { timeout: 60_000 })
        .toBe(true)
      expect(await observePeople(to.database, target, { probes: 10, pins: 10 })).toMatchObject({
        payloads: people,
        pins: 10,
      })
    })

    test('[MV7] what broke off goes on when it is run again', async () => {
      const target = await newTarget()
      const part = lines.slice(0, 30).join('\n')
      await expect(take(target.applicationId, `${part}\n`)).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
      await expect(take(target.applicationId, `${part}\n{"type":"per`)).rejects.toThrow('Line 31')
      const report = await take(target.applicationId, `${lines.join('\n')}\n`)
      expect(report.added + report.present).toBe(people)
      expect(await counted(target)).toBe(people)
    })

    test('[MV8] whoever was erased here is not brought back', async () => {
      const target = await newTarget()
      await take(target.applicationId, `${lines.join('\n')}\n`)
      await to.services.subjects.remove(target.applicationId, seeded.ids[3]!, null)
      expect(await take(target.applicationId, `${lines.join('\n')}\n`)).toMatchObject({
        present: people - 1,
        erased: 1,
      })
      expect(await counted(target)).toBe(people - 1)
    })

    test('[MV8] an import leaves an audit record for each person, an export one', async () => {
      const target = await newTarget()
      await take(target.applicationId, `${lines.join('\n')}\n`)
      const records = await to.database.stores.audit.list(target.applicationId, { limit: 100 })
      expect(
        records.filter(({ event, outcome }) => event === 'subject_created' && outcome === 'imported'),
      ).toHaveLength(people)
      const [newest] = await from.stores.audit.list(seeded.applicationId, { limit: 1 })
      expect(newest).toMatchObject({ event: 'person_exported', outcome: 'everybody' })
    })

    test('[MV8] what is not an export, of another model, twice, changed or too long is refused by its line, and its batch leaves nothing', async () => {
      const target = await newTarget()
      const header = JSON.parse(lines[0]!)
      const persons = lines.filter((line) => line.startsWith('{"type":"person"'))
      const first = lines.filter((line) => /^\{"type":"(header|pepper|gallery)"/.test(line))
      const person = JSON.parse(persons[0]!)
      const having = (changes: object) => closed([...first, JSON.stringify({ ...person, ...changes })])
      const at = first.length + 1
      const cases: Readonly<Record<string, readonly [string | Uint8Array, string, string]>> = {
        'another model': [closed([JSON.stringify({ ...header, model_id: 'other-1' })]), 'MODEL_MISMATCH', 'Line 1: '],
        'no header': [closed(lines.slice(1, -1)), 'REQUEST_INVALID', 'Line 1: '],
        'a person twice': [closed([...first, persons[0]!, persons[0]!]), 'REQUEST_INVALID', `Line ${at + 1}: `],
        'out of order': [closed([...first, persons[1]!, persons[0]!]), 'REQUEST_INVALID', `Line ${at + 1}: `],
        'an unknown field': [having({ level: 1 }), 'REQUEST_INVALID', `Line ${at}: `],
        'a key twice': [
          closed([...first, persons[0]!.replace('{', '{"type":"person",')]),
          'JSON_DUPLICATE_KEY',
          `Line ${at}: `,
        ],
        'no pepper': [having({ pin: { ...person.pin, pepper_version: 9 } }), 'REQUEST_INVALID', `Line ${at}: `],
        'a PIN that costs 4 GiB to check': [
          having({ pin: { ...person.pin, hash: person.pin.hash.replace(/m=\d+/, 'm=4194304') } }),
          'REQUEST_INVALID',
          `Line ${at}: `,
        ],
        'a template of nothing': [
          having({ faces: [{ face_id: rowId(), template: 'AAAA' }] }),
          'TEMPLATE_MALFORMED',
          `Line ${at}: `,
        ],
        'a large payload': [having({ payload: 'x'.repeat(16_383) }), 'PAYLOAD_TOO_LARGE', `Line ${at}: `],
        'broken UTF-8': [
          Buffer.concat([Buffer.from(`${first.join('\n')}\n`), Buffer.from([0x22, 0xff, 0x22, 10])]),
          'UTF8_INVALID',
          `Line ${at}: `,
        ],
        'not JSON': [`${first.join('\n')}\nnonsense\n`, 'JSON_INVALID', `Line ${at}: `],
        'a long line': [`${first.join('\n')}\n${'x'.repeat(2 ** 20 + 1)}\n`, 'BODY_TOO_LARGE', `Line ${at}: `],
        'a reference that is taken': [
          closed([...first, persons[0]!, JSON.stringify({ ...JSON.parse(persons[1]!), user_ref: person.user_ref })]),
          'CONFLICT',
          `Line ${at + 1}: `,
        ],
        'a changed byte': [
          `${lines.join('\n')}\n`.replace('Person “3”', 'Person “4”'),
          'REQUEST_INVALID',
          `Line ${lines.length}: `,
        ],
      }
      for (const [name, [text, code, where]] of Object.entries(cases)) {
        const refused = await take((await newTarget()).applicationId, text).catch((error) => error)
        expect({ name, code: refused.code }).toEqual({ name, code })
        expect(refused.message, name).toContain(where)
      }
      for (const name of ['a template of nothing', 'a reference that is taken', 'a large payload']) {
        await take(target.applicationId, cases[name]![0]).catch(() => {})
        expect(await counted(target), name).toBe(0)
      }
      await expect(take(rowId(), `${lines.join('\n')}\n`)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    })

    test('[MV8] an application takes no more people than it may have', async () => {
      const target = await newTarget({ max_subjects: 10 })
      await expect(take(target.applicationId, `${lines.join('\n')}\n`)).rejects.toMatchObject({ code: 'QUOTA_REACHED' })
      expect(await counted(target)).toBe(0)
    })

    test('[MV7] tombstones go where their key goes, and are counted where it does not', async () => {
      const id = seeded.ids[0]!
      const keys = await from.stores.applicationKeys.of(seeded.applicationId)
      await from.stores.tombstones.put(
        seeded.applicationId,
        keys.digest('tombstone', Buffer.from(rowId())),
        clock.now(),
      )
      const target = await newTarget()
      expect(await take(target.applicationId, `${(await read()).join('\n')}\n`)).toMatchObject({
        foreignTombstones: 1,
        tombstones: 0,
      })
      const back = { database: from, subjects: source.services.subjects, clock, model: testModel }
      const digest = keys.digest('tombstone', Buffer.from(id))
      const same = lines.slice(0, -1).filter((line) => !line.startsWith('{"type":"person"'))
      const buried = JSON.stringify({
        type: 'tombstone',
        digest: Buffer.from(digest).toString('base64url'),
        deleted_at: clock.now().toISOString(),
      })
      const text = closed([...same, buried])
      // One that was changed erases nobody.
      const changed = importPeople(Readable.from([Buffer.from(text.replace('"people":0', '"people":1'))]), back)
      await expect(changed).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
      expect(await source.services.subjects.exists(seeded.applicationId, id)).toBe(true)
      expect(await importPeople(Readable.from([Buffer.from(text)]), back)).toMatchObject({ removed: 1, tombstones: 1 })
      await expect(source.services.subjects.find(seeded.applicationId, id)).rejects.toMatchObject({ code: 'GONE' })
      expect(await from.stores.tombstones.find(seeded.applicationId, digest)).toEqual(clock.now())
      const [record] = await from.stores.audit.list(seeded.applicationId, { subjectId: id, limit: 1 })
      expect(record).toMatchObject({ event: 'subject_deleted' })
    })

    test('[MV10] whoever is erased while the others are exported is erased where the file goes, under other keys and the same', async () => {
      const own = await seedPeople(from, { people: 3, protection: 'sealed' })
      const id = own.ids[1]!
      const options = { database: from, clock, model: testModel, applicationId: own.applicationId, gallery: 'default' }
      let text = ''
      for await (const part of exportPeople(options)) {
        text += part
        if (part.includes(id)) await source.services.subjects.remove(own.applicationId, id, null).catch(() => {})
      }
      const target = await newTarget()
      expect(await take(target.applicationId, text)).toMatchObject({ added: 3, removed: 1, tombstones: 1 })
      await expect(to.services.subjects.find(target.applicationId, id)).rejects.toMatchObject({ code: 'GONE' })
      expect(await take(target.applicationId, text)).toMatchObject({ present: 2, erased: 1, removed: 0, tombstones: 0 })
      const back = { database: from, subjects: source.services.subjects, clock, model: testModel }
      expect(await importPeople(Readable.from([Buffer.from(text)]), back)).toMatchObject({ present: 2, erased: 1 })
    })

    test.runIf(engine.name === 'PGlite')(
      '[MV7] a template that is damaged is named at the end of an export, and its person goes without it',
      async () => {
        const own = await seedPeople(from, { people: 3, protection: 'sealed' })
        const { client } = from as PgliteDatabase
        const read = async () => {
          let text = ''
          const options = { database: from, clock, model: testModel, applicationId: own.applicationId, gallery: null }
          for await (const part of exportPeople(options)) text += part
          return { text, end: JSON.parse(text.trimEnd().split('\n').at(-1)!) }
        }
        expect((await read()).end).not.toHaveProperty('unopened')
        await client.query("update faces set sealed = '' where subject_id = $1", [own.ids[1]])
        const one = await read()
        expect(one.end.unopened).toMatchObject([{ facial_id: own.ids[1] }])
        const faces = one.text.split('"face_id"').length - 2
        const target = await newTarget()
        expect(await take(target.applicationId, one.text)).toMatchObject({ added: 3, faces })
        await client.query("update faces set sealed = '' where application_id = $1", [own.applicationId])
        const { end } = await read()
        expect(new Set(end.unopened.map(({ facial_id: id }: { facial_id: string }) => id))).toEqual(new Set(own.ids))
      },
    )

    test('[MV7] one gallery alone goes without the others', async () => {
      await expect(read('nowhere')).rejects.toMatchObject({ code: 'NOT_FOUND' })
      expect((await read('default')).filter((line) => line.startsWith('{"type":"person"'))).toHaveLength(
        await from.stores.subjects.count(seeded.applicationId),
      )
    })
  })
}
