import type { EventOutcome } from '@mien/shared/api/sync'
import { MienError } from '@mien/shared/errors'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDeviceCeremonies } from '../../../../../test/contract/device-ceremony.ts'
import {
  createSimulatedDevice,
  lost,
  type SimulatedDevice,
  type Transport,
} from '../../../../../test/contract/simulated-device.ts'
import { openTestApp, type Sent, type TestApp, type TestApplication } from '../../../../../test/contract/test-app.ts'
import { testVault } from '../../../../../test/contract/test-vault.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'
import { createTestDevice } from '../../../../../test/fixtures/test-device.ts'
import { openNewDatabase } from '../../db/new-database.fixture.ts'
import type { Database } from '../ports.ts'

/** What happens to a request on its way. */
const fates = ['arrives', 'arrives', 'arrives', 'is lost', 'answer is lost', 'comes twice', 'server dies'] as const
type Fate = (typeof fates)[number]

const kioskCount = 3
/** The place of the owner's own device among the devices; the others are kiosks. */
const own = kioskCount
const deviceCount = kioskCount + 1
const owner = syntheticPerson(720_000)
const people = Array.from({ length: 4 }, (_, i) => syntheticPerson(700_000 + i))
const newcomers = Array.from({ length: 3 }, (_, i) => syntheticPerson(710_000 + i))
const faces = [...people, ...newcomers, owner]
const day = 86_400

/** A database whose process dies in one of the next transactions: before its commit, or after it and before anybody hears of it. */
function createMortalDatabase(database: Database) {
  let left = -1
  let isAfterCommit = false
  const dead = () => new MienError('DATABASE_UNAVAILABLE')
  const mortal: Database = {
    ...database,
    async transaction(work) {
      if (left-- !== 0) return database.transaction(work)
      if (isAfterCommit) await database.transaction(work)
      throw dead()
    },
  }
  return {
    database: mortal,
    dieAt(transaction: number, afterCommit: boolean) {
      left = transaction
      isAfterCommit = afterCommit
    },
    revive() {
      left = -1
    },
  }
}

let rig: TestApp
let mortal: ReturnType<typeof createMortalDatabase>
let steps = 0
let events = 0

/** One application with its devices, and what is known to be true of them. */
class World {
  fate: Fate = 'arrives'
  random = 0
  readonly devices: SimulatedDevice[] = []
  readonly written: Set<string>[] = []
  readonly sent: { path: string; sent: Sent }[] = []
  /** By facial id: how often it was deleted before what each device holds was handed out. */
  readonly deletions = new Map<string, number>()
  /** How many deletions each device has certainly heard of. */
  readonly heard: number[] = []
  readonly ids: (string | null)[] = []
  ownerId: string | null = null
  /** Places of devices whose rights the server has taken away, and what happened on them since. */
  readonly revoked = new Set<number>()
  readonly late = new Set<string>()

  constructor(readonly shop: TestApplication) {}

  readonly transport: Transport = async (path, sent) => {
    this.sent.push({ path, sent })
    if (this.fate === 'is lost') throw lost
    if (this.fate === 'server dies') mortal.dieAt(this.random % 6, this.random % 2 === 0)
    try {
      const answer = await rig.send('POST', path, sent)
      if (this.fate === 'comes twice') await rig.send('POST', path, sent)
      if (this.fate === 'answer is lost' || answer.status >= 500) throw lost
      return answer
    } finally {
      mortal.revive()
    }
  }

  /** What a device asks for may fail for what happened on the way, and for what the server may well say. */
  async ask(at: number, work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (error) {
      const said = String(error)
      const isGone = this.revoked.has(at) && said === 'Error: 410 gone'
      const isForeseen = error === lost || isGone || /^Error: (409 conflict|410 challenge_expired)$/.test(said)
      if (!isForeseen) throw error
      return false
    }
  }

  async enroll(at: number): Promise<void> {
    const outcome = await this.shop.run('enroll', people[at]!)
    if (outcome.status === 'ok') this.ids[at] = outcome.disclosed!.facial_id
  }
}

const newDevice = (world: World, from = {}) =>
  createSimulatedDevice(
    world.transport,
    () => rig.clock.now(),
    () => rig.services.signer.publicKeys(),
    from,
  )

async function openKiosk(world: World, label: string): Promise<SimulatedDevice> {
  const device = newDevice(world)
  const { json } = await world.shop.backend('POST', '/v1/offline-devices', { label })
  await device.registerKiosk(json.registration_code)
  return device
}

async function openOwn(world: World): Promise<SimulatedDevice> {
  const ceremonies = createDeviceCeremonies(rig, world.shop)
  const keys = createTestDevice()
  const begun = await ceremonies.begin({ operation: 'enroll' }, keys)
  world.ownerId = (await ceremonies.submit(begun, owner, keys)).json.disclosed.facial_id
  const device = newDevice(world, { keys })
  await device.registerOwn(begun.session.client_token)
  return device
}

async function openWorld(): Promise<World> {
  const world = new World(await rig.createApplication({ offline: 'both', retention_days: null }))
  for (let at = 0; at < people.length; at++) await world.enroll(at)
  for (let i = 0; i < kioskCount; i++) world.devices.push(await openKiosk(world, `Kiosk ${i}`))
  world.devices.push(await openOwn(world))
  for (const device of world.devices) {
    await device.pullAll()
    await device.askTickets()
    world.written.push(new Set())
    world.heard.push(0)
  }
  return world
}

/** @param eventId null: nothing was written down */
function note(world: World, at: number, eventId: string | null): void {
  if (eventId === null) return
  world.written[at]!.add(eventId)
  if (world.revoked.has(at)) world.late.add(eventId)
}

type Step = fc.AsyncCommand<object, World>

/** @param name for a failure that is shown */
const stepOf = (name: string, run: (world: World) => Promise<unknown>): Step => ({
  check: () => true,
  async run(_, world) {
    steps++
    await run(world)
  },
  toString: () => name,
})

const aDevice = fc.nat({ max: deviceCount - 1 })
const onTheWay = fc.record({ fate: fc.constantFrom(...fates), random: fc.nat({ max: 11 }) })

const recognises = fc.tuple(aDevice, fc.nat({ max: faces.length - 1 })).map(([at, who]) =>
  stepOf(`device ${at} looks at ${who}`, async (world) => {
    const seen = await world.devices[at]!.recognise(faces[who]!)
    note(world, at, seen.kind === 'closed' ? null : seen.eventId)
    // One's own device knows its owner and nobody else.
    if (at === own && seen.kind === 'recognised') expect(faces[who]).toBe(owner)
    // Whoever was deleted before the device was last handed something is recognised no more.
    const deletedAs = seen.kind === 'recognised' ? world.deletions.get(seen.facialId) : undefined
    if (deletedAs !== undefined) expect(deletedAs).toBeGreaterThan(world.heard[at]!)
  }),
)
const enrolls = fc.tuple(aDevice, fc.nat({ max: newcomers.length - 1 })).map(([at, who]) =>
  stepOf(`device ${at} enrolls ${who}`, async (world) => {
    note(world, at, await world.devices[at]!.enroll(newcomers[who]!))
  }),
)
const asks = fc.tuple(aDevice, onTheWay, fc.constantFrom('sync', 'pull', 'askTickets')).map(([at, way, what]) =>
  stepOf(`device ${at}: ${what}, ${way.fate} ${way.random}`, async (world) => {
    const heard = world.deletions.size
    const device = world.devices[at]!
    Object.assign(world, way)
    const isDone = await world.ask(at, () => device[what as 'sync']())
    world.fate = 'arrives'
    if (isDone && what === 'pull') world.heard[at] = heard
    // A device whose rights were taken away is handed nothing, and knows nobody once it heard of it.
    if (isDone && world.revoked.has(at)) expect([what, device.disk.gallery.faces.size]).toEqual(['sync', 0])
  }),
)
const repeats = fc.nat().map((which) =>
  stepOf(`request ${which} comes again`, async (world) => {
    const { path, sent } = world.sent[which % world.sent.length]!
    await rig.send('POST', path, sent)
  }),
)
const passes = fc.constantFrom(1, 60, 600, 7200).map((seconds) =>
  stepOf(`${seconds} s pass`, async () => {
    rig.clock.advance(seconds)
  }),
)
const isSet = fc.tuple(aDevice, fc.constantFrom(0, 0, 120, 3600, -3600, 30 * day, -30 * day)).map(([at, seconds]) =>
  stepOf(`clock of device ${at} by ${seconds} s`, async (world) => {
    world.devices[at]!.clockSkewMs = seconds * 1000
  }),
)
const reloads = aDevice.map((at) => stepOf(`device ${at} begins anew`, async (world) => world.devices[at]!.reload()))
const deletes = fc.nat({ max: people.length - 1 }).map((who) =>
  stepOf(`${who} is deleted`, async (world) => {
    const id = world.ids[who]
    if (!id) return
    expect((await world.shop.backend('DELETE', `/v1/subjects/${id}`)).status).toBe(204)
    world.ids[who] = null
    world.deletions.set(id, world.deletions.size + 1)
  }),
)
/** The last of the kiosks, so that there are always some that go on. */
const revokes = fc.constant(
  stepOf('a kiosk is revoked', async (world) => {
    const at = kioskCount - 1
    const id = world.devices[at]!.disk.registration!.device_id
    expect((await world.shop.backend('DELETE', `/v1/offline-devices/${id}`)).status).toBe(204)
    world.revoked.add(at)
  }),
)
const leaves = fc.constant(
  stepOf('the owner is deleted', async (world) => {
    const { ownerId: id } = world
    if (id === null) return
    expect((await world.shop.backend('DELETE', `/v1/subjects/${id}`)).status).toBe(204)
    world.ownerId = null
    world.deletions.set(id, world.deletions.size + 1)
    world.revoked.add(own)
  }),
)
const returns = fc.nat({ max: people.length - 1 }).map((who) =>
  stepOf(`${who} enrolls`, async (world) => {
    if (!world.ids[who]) await world.enroll(who)
  }),
)

/** As often as they stand here: what happens on a device is more than what it asks for. */
const anything = [
  ...Array<typeof recognises>(12).fill(recognises),
  ...Array<typeof asks>(3).fill(asks),
  ...Array<typeof passes>(4).fill(passes),
  enrolls,
  enrolls,
  isSet,
  reloads,
  repeats,
  fc.oneof({ weight: 9, arbitrary: deletes }, { weight: 9, arbitrary: returns }, revokes, leaves),
]

/** Everybody has a network and the right time again. */
async function settle(world: World): Promise<void> {
  for (const device of world.devices) {
    device.clockSkewMs = 0
    device.reload()
    await device.syncAll()
  }
  for (const [at, device] of world.devices.entries()) if (!world.revoked.has(at)) await device.pullAll()
}

async function storedEvents({ shop }: World) {
  const all: { device_id: string; event_id: string; facial_id: string | null; outcome: EventOutcome }[] = []
  for (let cursor = ''; ; ) {
    const { json } = await shop.backend('GET', `/v1/offline-events?limit=100${cursor}`)
    all.push(...json.events)
    if (json.next_cursor === null) return all
    cursor = `&cursor=${json.next_cursor}`
  }
}

const counted = ['accepted', 'conflict deleted', 'conflict enrolled', 'rejected from_the_future']
const ofRevoked = ['quarantined device_revoked', 'rejected device_revoked']

const textOf = (outcome: EventOutcome): string =>
  outcome.status === 'accepted' ? outcome.status : Object.values(outcome).join(' ')

async function expectConverged(world: World): Promise<void> {
  const stored = await storedEvents(world)
  const { subjects } = (await world.shop.backend('GET', '/v1/subjects?limit=100')).json
  const living: string[] = subjects.map(({ facial_id }: { facial_id: string }) => facial_id).sort()
  for (const [at, device] of world.devices.entries()) {
    // No event is lost, none is counted twice: each was answered once here, and stands there once.
    expect(device.answers.map(({ eventId }) => eventId).sort()).toEqual([...world.written[at]!].sort())
    const mine = stored.filter(({ device_id }) => device_id === device.disk.registration!.device_id)
    expect(mine.map(({ event_id }) => event_id).sort()).toEqual([...world.written[at]!].sort())
    for (const { eventId, answer } of device.answers) {
      const { outcome } = mine.find(({ event_id }) => event_id === eventId)!
      const first = answer.status === 'duplicate' ? answer.outcome : answer
      // What waited about somebody who was erased since waits no longer.
      const isErased = first.status === 'quarantined' && textOf(outcome) === 'conflict deleted'
      expect(isErased ? first.status : outcome.status).toBe(first.status)
      // Only a clock that was set forward costs an event its count, and says so; else what a revoked device said, late or in doubt.
      expect(world.revoked.has(at) ? [...counted, ...ofRevoked] : counted).toContain(textOf(outcome))
      if (world.late.has(eventId)) expect(outcome.status).not.toBe('accepted')
    }
    // What each holds is who is there.
    const held = new Set([...device.disk.gallery.faces.values()].map(({ facialId }) => facialId))
    const known = world.revoked.has(at) ? [] : at === own ? [world.ownerId] : living
    expect([...held].sort()).toEqual(known)
  }
  events += stored.length
  expect(stored.filter(({ facial_id }) => facial_id !== null && world.deletions.has(facial_id))).toEqual([])
  const fromDrafts = new Set(living.filter((id) => !world.ids.includes(id) && id !== world.ownerId))
  expect(fromDrafts.size).toBeLessThanOrEqual(newcomers.length)
}

describe('devices without a network', () => {
  beforeAll(async () => {
    mortal = createMortalDatabase(await openNewDatabase({ vault: testVault }))
    rig = await openTestApp({ database: mortal.database })
  })
  afterAll(() => rig.close())

  test('OFF-01 [SY9] [SY10] [SY13] converge, lose nothing, count nothing twice and recognise nobody who was deleted', async () => {
    const runs = fc.asyncProperty(fc.commands(anything, { maxCommands: 800, size: 'max' }), async (commands) => {
      let world: World | undefined
      const setUp = async () => {
        world = await openWorld()
        return { model: {}, real: world }
      }
      await fc.asyncModelRun(setUp, commands)
      await settle(world!)
      await expectConverged(world!)
    })
    try {
      await fc.assert(runs, { seed: 20261121, numRuns: 30, endOnFailure: true })
    } finally {
      console.info(`OFF-01: ${steps} steps, ${events} events`)
    }
    expect(steps).toBeGreaterThanOrEqual(10_000)
  }, 600_000)
})
