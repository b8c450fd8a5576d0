import 'fake-indexeddb/auto'
import { deleteDB, openDB } from 'idb'
import { describe, expect, it } from 'vitest'
import { createMemoryRecords } from './memory-records.ts'
import { openSealedRecords } from './sealed-records.ts'

const nothing = { put: new Map(), remove: [] }
let databases = 0
const newName = () => `records ${++databases}`

describe.each([
  ['in memory', async () => createMemoryRecords()],
  ['in IndexedDB', async () => openSealedRecords(newName())],
])('records %s', (_where, open) => {
  it('are read as they were written', async () => {
    const store = await open()
    const put = new Map<string, never>([['a', { text: 'Zoë', list: [1, null] }] as never, ['b', 7] as never])
    expect(await store.write({ ...nothing, revision: 0, put })).toBe(true)
    expect(await store.read()).toEqual({ revision: 1, records: put })
    expect(await store.revision()).toBe(1)
  })

  it('are removed and written anew in one change', async () => {
    const store = await open()
    await store.write({
      revision: 0,
      put: new Map([
        ['a', 1],
        ['b', 1],
      ]),
      remove: [],
    })
    await store.write({ revision: 1, put: new Map([['b', 2]]), remove: ['a'] })
    expect((await store.read()).records).toEqual(new Map([['b', 2]]))
  })

  it('[OF7] take nothing of a change that was made on an older revision', async () => {
    const store = await open()
    const write = (value: number) => store.write({ revision: 0, put: new Map([[`of ${value}`, value]]), remove: [] })
    const written = await Promise.all([write(1), write(2), write(3)])
    expect(written.filter((each) => each)).toHaveLength(1)
    expect((await store.read()).records.size).toBe(1)
  })
})

describe('sealed records', () => {
  const openRaw = (name: string) => openDB(name)

  it('[OF2] hold nothing in clear, and no key that can be taken out', async () => {
    const name = newName()
    await (await openSealedRecords(name)).write({ revision: 0, put: new Map([['a', 'the secret']]), remove: [] })
    const raw = await openRaw(name)
    const { bytes, iv } = await raw.get('records', 'a')
    expect(Buffer.from(bytes).toString('latin1')).not.toContain('secret')
    expect(iv).toHaveLength(12)
    const key = await raw.get('about', 'key')
    expect(key.extractable).toBe(false)
    await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow(/extractable/)
    raw.close()
  })

  it('[OF2] are drawn another IV each time', async () => {
    const name = newName()
    const store = await openSealedRecords(name)
    const raw = await openRaw(name)
    const ivs = new Set<string>()
    for (let revision = 0; revision < 5; revision++) {
      await store.write({ revision, put: new Map([['a', 'same']]), remove: [] })
      ivs.add(Buffer.from((await raw.get('records', 'a')).iv).toString('hex'))
    }
    expect(ivs.size).toBe(5)
    raw.close()
  })

  it('OFF-08: open neither without their key, nor under another name, nor in another store', async () => {
    const [name, other] = [newName(), newName()]
    const store = await openSealedRecords(name)
    await store.write({
      revision: 0,
      put: new Map([
        ['a', 1],
        ['b', 2],
      ]),
      remove: [],
    })
    const raw = await openRaw(name)
    const sealed = await raw.get('records', 'a')
    await raw.put('records', sealed, 'b')
    expect((await store.read()).records).toEqual(new Map([['a', 1]]))

    const copy = await openSealedRecords(other)
    const rawCopy = await openRaw(other)
    await rawCopy.put('records', sealed, 'a')
    expect((await copy.read()).records).toEqual(new Map())
    await rawCopy.put('about', await raw.get('about', 'key'), 'key')
    rawCopy.close()
    expect((await (await openSealedRecords(other)).read()).records).toEqual(new Map())
    raw.close()
  })

  it('OFF-06: begin anew where they were thrown away, and take nothing that was made on what was there', async () => {
    const name = newName()
    const store = await openSealedRecords(name)
    const put = new Map([['a', 1]])
    await store.write({ revision: 0, put, remove: [] })
    await deleteDB(name)
    expect(await store.write({ revision: 1, put, remove: [] })).toBe(false)
    const { revision, records } = await store.read()
    expect([revision, records.size]).toEqual([await store.revision(), 0])
    expect(revision).toBeGreaterThan(1)
    expect(await store.write({ revision, put, remove: [] })).toBe(true)
    // Another page that begins there has counted as far by itself.
    expect(await (await openSealedRecords(name)).revision()).toBe(1)
    expect((await store.read()).records).toEqual(put)
  })

  it('are one and the same to two pages that open them at the same moment', async () => {
    const name = newName()
    const [one, two] = await Promise.all([openSealedRecords(name), openSealedRecords(name)])
    await one.write({ revision: 0, put: new Map([['a', 1]]), remove: [] })
    expect((await two.read()).records).toEqual(new Map([['a', 1]]))
  })
})
