import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { engines } from '../../../../test/contract/engines.ts'
import { openTestApp, type TestApp } from '../../../../test/contract/test-app.ts'
import { testVault } from '../../../../test/contract/test-vault.ts'
import type { AuditLog } from './audit-log.ts'
import { createAuditLog } from './audit-log.ts'
import type { Database } from './ports.ts'
import { rowId } from './tokens.ts'

// Within one process ids of this library never go back, whatever the clock does: as if each record were written by a process of its own.
vi.mock('uuid', async (original) => {
  const uuid = await original<typeof import('uuid')>()
  return { ...uuid, v7: () => uuid.v7({ msecs: Date.now() }) }
})

describe.each(engines)('[PV5] on $name', ({ openOwn }) => {
  let rig: TestApp
  let database: Database
  let log: AuditLog
  beforeEach(async () => {
    database = await openOwn()
    rig = await openTestApp({ database })
    log = createAuditLog({ database, vault: testVault })
  })
  afterEach(async () => {
    vi.useRealTimers()
    await rig.close()
  })

  const write = (applicationId: string, outcome: string) =>
    database.stores.audit.append({
      applicationId,
      event: 'verify',
      outcome,
      subjectId: null,
      sessionId: null,
      at: new Date(),
    })

  test('clocks that are hours apart make no gap in the chain, and nothing of it looks tampered with', async () => {
    const { application_id: id } = (await rig.createApplication()).credentials
    await log.seal()
    const now = Date.now()
    const offsets = [0, -40, 90, -600, 3]
    for (const [i, minutes] of offsets.entries()) {
      vi.useFakeTimers({ toFake: ['Date'], now: now + minutes * 60_000 })
      await write(id, `record ${i}`)
      if (i % 2 === 0) await log.seal()
    }
    vi.useRealTimers()
    await log.seal()
    const report = await log.verify(id)
    expect(report).toMatchObject({ fault: null, unsealed: 0, sealed: report.records })
    const listed = await log.list(id, { limit: offsets.length })
    expect(listed.map(({ outcome }) => outcome).reverse()).toEqual(offsets.map((_, i) => `record ${i}`))
  })

  test('a key of a chain that cannot be opened stops no other chain', async () => {
    const ids = await Promise.all([0, 1, 2].map(async () => (await rig.createApplication()).credentials.application_id))
    const damaged = [...ids].sort()[0]!
    await database.transaction((stores) => stores.auditChains.lock(damaged, new Uint8Array(60)))
    await expect(log.seal()).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    for (const id of ids) {
      if (id === damaged) await expect(log.verify(id)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
      else expect(await log.verify(id)).toMatchObject({ fault: null, unsealed: 0 })
    }
    expect(await log.verify(rowId())).toMatchObject({ records: 0 })
  })
})
