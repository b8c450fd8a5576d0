import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { engines } from '../../../../test/contract/engines.ts'
import type { Database, Signer } from './ports.ts'
import { createSigner } from './signer.ts'
import { createSigningKeys, type SigningKeys } from './signing-keys.ts'
import { keepSeconds, waitSeconds } from './signing-schedule.ts'
import { createVault } from './vault.ts'

/** As long as an assertion of ours lives, and as long as others may keep our key set. */
const lifetimeSeconds = 300
const cachedSeconds = 300

let time = Date.parse('2026-11-21T12:00:00Z')
const clock = { now: () => new Date(time) }
const vault = createVault(new Uint8Array(32).fill(3))

describe.each(engines)('on $name', ({ openOwn }) => {
  let database: Database
  let keys: SigningKeys
  /** Two processes on one database. */
  let processes: readonly Signer[]
  beforeAll(async () => {
    database = await openOwn()
    keys = createSigningKeys({ database, vault, clock })
    const options = { database, vault, clock }
    processes = await Promise.all([createSigner(options), createSigner(options)])
  })
  afterAll(() => database.close())

  const seconds = () => Math.floor(time / 1000)
  const sign = (signer: Signer) => signer.sign({ exp: seconds() + lifetimeSeconds })
  const keyOf = (token: string) => decodeProtectedHeader(token).kid
  const keySetOf = async (signer: Signer) => ({ keys: await signer.publicKeys() }) as unknown as JSONWebKeySet
  const verifies = (token: string, keySet: JSONWebKeySet) =>
    jwtVerify(token, createLocalJWKSet(keySet), { currentDate: clock.now() }).then(
      () => true,
      () => false,
    )
  const states = async () => (await keys.list()).map(({ state }) => state)

  test('AS6: two processes that start at once sign with one key', async () => {
    expect(new Set((await Promise.all(processes.map(sign))).map(keyOf)).size).toBe(1)
    expect(await states()).toEqual(['signing'])
  })

  test('AS6: while a key is replaced, everything that has not expired verifies with every key set of the last five minutes', {
    timeout: 180_000,
  }, async () => {
    const first = keyOf(await sign(processes[0]!))
    const issued: { token: string; at: number }[] = []
    const published: { keySet: JSONWebKeySet; at: number }[] = []
    let checks = 0
    const signers = new Set<string | undefined>()
    const step = async () => {
      for (const signer of processes) {
        const token = await sign(signer)
        signers.add(keyOf(token))
        issued.push({ token, at: time })
        published.push({ keySet: await keySetOf(signer), at: time })
      }
      const current = issued.filter(({ at }) => time - at < lifetimeSeconds * 1000)
      const held = published.filter(({ at }) => time - at <= cachedSeconds * 1000)
      for (const { token } of current.slice(-4)) {
        for (const { keySet } of held) {
          checks++
          expect(await verifies(token, keySet)).toBe(true)
        }
      }
      // A key set of this moment verifies what was signed before, too.
      for (const { token } of current) expect(await verifies(token, await keySetOf(processes[1]!))).toBe(true)
    }
    await step()
    await keys.rotate({ compromised: false })
    expect(await states()).toEqual(['signing', 'waiting'])
    const steps = Math.ceil((waitSeconds + keepSeconds + 120) / 60)
    for (let i = 0; i < steps; i++) {
      time += 60_000
      await step()
    }
    expect(await states()).toEqual(['signing'])
    expect([...signers]).toHaveLength(2)
    expect((await keySetOf(processes[0]!)).keys.map(({ kid }) => kid)).not.toContain(first)
    console.log(`AS6 rotation: ${issued.length} assertions over ${steps} minutes, ${checks} checks, 0 refused`)
  })

  test('AS6: a key that has had its time leaves nothing to sign with', async () => {
    // The list is without it, and so is every process that starts now.
    const fresh = await createSigner({ database, vault, clock })
    expect((await keySetOf(fresh)).keys).toHaveLength(1)
    expect(await database.stores.signingKeys.list()).toHaveLength(1)
  })

  test('AS6: of ten rotations at once one is made, and no other while its key waits', async () => {
    const made = await Promise.allSettled(Array.from({ length: 10 }, () => keys.rotate({ compromised: false })))
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await expect(keys.rotate({ compromised: false })).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await states()).toEqual(['signing', 'waiting'])
  })

  test('AS7: a compromised key, and one that waits, hold no more at once; all processes sign with the new one in seconds', async () => {
    const before = await Promise.all(processes.map(sign))
    const listed = await keys.rotate({ compromised: true })
    expect(listed.map(({ state }) => state)).toEqual(['signing'])
    time += 10_000
    for (const signer of processes) {
      const keySet = await keySetOf(signer)
      expect(await Promise.all(before.map((token) => verifies(token, keySet)))).toEqual([false, false])
      expect(await signer.verify(before[0]!, 'mien-assertion+jwt')).toBeUndefined()
      const token = await sign(signer)
      expect([keyOf(token), await verifies(token, keySet)]).toEqual([listed[0]!.key.keyId, true])
    }
  })

  test('AS6: without a database the keys that are known go on verifying', async () => {
    const stores = { ...database.stores, signingKeys: { ...database.stores.signingKeys } }
    const signer = await createSigner({ database: { ...database, stores }, vault, clock })
    const token = await sign(signer)
    stores.signingKeys.list = () => Promise.reject(new Error('gone'))
    time += 60_000
    expect(await signer.verify(token, 'mien-assertion+jwt')).toBeDefined()
  })
})
