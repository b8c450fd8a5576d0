import type { JsonValue } from '@mien/shared/api/fields'
import { expect, it } from 'vitest'
import { createLockableRecords, isLocked } from './lockable-records.ts'
import { createMemoryRecords } from './memory-records.ts'
import { drawSalt, makeLock } from './record-lock.ts'

const options = { name: 'store', lockName: 'lock', isLockable: (name: string) => name.startsWith('face') }

async function openLocked() {
  const disk = createMemoryRecords()
  const secret = { credentialId: 'AAAA', secret: crypto.getRandomValues(new Uint8Array(32)) }
  const { lock, key } = await makeLock(secret, drawSalt(), options.name)
  const records = createLockableRecords(disk, options)
  records.use(lock, key)
  await write(records, { lock: lock as never, 'face/1': 'the face', clock: 7 })
  return { disk, lock, key, records }
}

async function write(records: ReturnType<typeof createMemoryRecords>, values: Record<string, JsonValue>) {
  const changes = { revision: await records.revision(), put: new Map(Object.entries(values)), remove: [] }
  expect(await records.write(changes)).toBe(true)
}

const readOne = async (records: ReturnType<typeof createMemoryRecords>, name: string) =>
  (await records.read()).records.get(name)

it('[OF14] what is lockable lies sealed there, and the rest is as it was', async () => {
  const { disk, records } = await openLocked()
  expect(isLocked(await readOne(disk, 'face/1'))).toBe(true)
  expect(JSON.stringify([...(await disk.read()).records])).not.toContain('the face')
  expect(await readOne(disk, 'clock')).toBe(7)
  expect(await readOne(records, 'face/1')).toBe('the face')
})

it('[OF14] a page that has no key reads what is locked as it lies there, and leaves it there', async () => {
  const { disk, lock, key } = await openLocked()
  const page = createLockableRecords(disk, options)
  const locked = await readOne(page, 'face/1')
  expect(isLocked(locked)).toBe(true)
  await write(page, { clock: 8, 'face/1': locked! })
  expect(await readOne(disk, 'face/1')).toEqual(locked)
  await expect(write(page, { 'face/2': 'in clear' })).rejects.toMatchObject({ code: 'INTERNAL' })
  expect(await readOne(disk, 'face/2')).toBeUndefined()
  page.use(lock, key)
  expect(await readOne(page, 'face/1')).toBe('the face')
})

it('[OF14] what lies there under the name of another is not there', async () => {
  const { disk, records } = await openLocked()
  await write(disk, { 'face/2': (await readOne(disk, 'face/1'))! })
  expect(await readOne(records, 'face/2')).toBeUndefined()
})

it('[OF14] what is written once the lock is taken away is sealed by no lock', async () => {
  const { disk, records } = await openLocked()
  await records.read()
  const revision = await records.revision()
  await records.write({ revision, put: new Map([['lock', null]]), remove: [] })
  await write(records, { 'face/1': 'in clear' })
  expect(await readOne(disk, 'face/1')).toBe('in clear')
})
