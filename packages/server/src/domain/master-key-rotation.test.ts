import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { engines } from '../../../../test/contract/engines.ts'
import { auditKeyLabel } from './audit-log.ts'
import { createMasterKeyRotation } from './master-key-rotation.ts'
import type { Database } from './ports.ts'
import { rowId } from './tokens.ts'
import { createVault } from './vault.ts'

const [oldKey, newKey] = [new Uint8Array(32).fill(7), new Uint8Array(32).fill(8)]
/** As the test engines' vault was, before it was replaced. */
const oldVault = createVault(oldKey)
const newVault = createVault(newKey)

describe.each(engines)('[KE10] on $name', ({ openOwn }) => {
  const vault = createVault(oldKey)
  let database: Database
  beforeEach(async () => {
    database = await openOwn(vault)
  })
  afterEach(() => database.close())

  const setUp = () => {
    const forget = vi.fn()
    const replace = () => vault.replace(newKey)
    return { forget, rotation: createMasterKeyRotation({ database, masterKey: { replace, forget } }) }
  }
  const keep = (stores: Database['stores'], id: string, sealed: Uint8Array) => stores.auditChains.lock(id, sealed)

  test('a key that was sealed but not committed yet is sealed again too', async () => {
    const id = rowId()
    const label = auditKeyLabel(id)
    let commit: () => void = () => undefined
    const gate = new Promise<void>((resolve) => (commit = resolve))
    let written: () => void = () => undefined
    const isWritten = new Promise<void>((resolve) => (written = resolve))
    const writing = database.transaction(async (stores) => {
      await keep(stores, id, oldVault.seal(label, Buffer.from('chain')))
      written()
      await gate
    })
    await isWritten
    const { rotation, forget } = setUp()
    const rotating = rotation.rotate()
    commit()
    await writing
    expect(await rotating).toBeGreaterThanOrEqual(1)
    expect(forget).toHaveBeenCalledOnce()
    const sealed = await database.stores.auditChains.findKey(id)
    expect(Buffer.from(newVault.open(label, sealed!)).toString()).toBe('chain')
  }, 60_000)

  test('one that opens under no key is named, the others are sealed again, and the old master key stays', async () => {
    const [damaged, whole] = [rowId(), rowId()]
    await database.transaction((stores) => keep(stores, damaged, new Uint8Array(60)))
    await database.transaction((stores) =>
      keep(stores, whole, oldVault.seal(auditKeyLabel(whole), Buffer.from('chain'))),
    )
    const { rotation, forget } = setUp()
    await expect(rotation.rotate()).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(`^1 stored keys .*${damaged}`),
    })
    expect(forget).not.toHaveBeenCalled()
    const sealed = await database.stores.auditChains.findKey(whole)
    expect(Buffer.from(newVault.open(auditKeyLabel(whole), sealed!)).toString()).toBe('chain')
  }, 60_000)
})
