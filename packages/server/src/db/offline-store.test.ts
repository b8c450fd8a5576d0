import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { engines } from '../../../../test/contract/engines.ts'
import { testModel } from '../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../test/fixtures/synthetic-templates.ts'
import { createTestDevice } from '../../../../test/fixtures/test-device.ts'
import type { OfflineDevice, StoredEvent } from '../domain/offline/model.ts'
import type { OfflineStore } from '../domain/offline/offline-store.ts'
import type { Database } from '../domain/ports.ts'
import { defaultSettings } from '../domain/settings.ts'
import { rowId, sha256 } from '../domain/tokens.ts'

const now = new Date('2026-11-21T12:00:00Z')
const day = 86_400_000
const after = (ms: number) => new Date(now.getTime() + ms)

describe.each(engines)('what is kept of devices without a network, on $name', ({ openOwn }) => {
  let database: Database
  let offline: OfflineStore
  let applicationId: string
  let galleryId: string
  let device: OfflineDevice
  let ref: { applicationId: string; deviceId: string }

  beforeAll(async () => {
    database = await openOwn()
    offline = database.stores.offline
  })
  afterAll(() => database.close())

  const newDevice = (changes: Partial<OfflineDevice> = {}): OfflineDevice => {
    const { keyId, publicKey } = createTestDevice()
    return {
      applicationId,
      id: rowId(),
      kind: 'kiosk',
      galleryId,
      subjectId: null,
      label: 'A “kiosk”; --',
      status: 'active',
      codeDigest: new Uint8Array(sha256(randomUUID())),
      codeExpiresAt: after(3_600_000),
      keyId,
      publicKey,
      createdAt: now,
      registeredAt: now,
      revokedAt: null,
      lastSeenAt: null,
      epoch: 2 ** 40,
      handedAt: null,
      pullRecordedAt: null,
      appliedEpoch: 0,
      currentAt: null,
      floorEpoch: 0,
      sweptSeq: 0,
      isForked: false,
      ...changes,
    }
  }
  const newEvent = (changes: Partial<StoredEvent> = {}): StoredEvent => ({
    ...ref,
    id: randomUUID(),
    seq: 1,
    hash: 'h',
    prevHash: 'p',
    op: 'recognised',
    subjectId: null,
    at: now,
    monoMs: 2 ** 41,
    bootId: randomUUID(),
    receivedAt: now,
    outcome: { status: 'accepted', facial_id: null },
    isClockSuspect: false,
    ...changes,
  })
  const insertSubject = async () => {
    const id = randomUUID()
    const empty = { externalRef: null, name: '', payload: null, hasPin: false, createdAt: now, lastSeenAt: null }
    await database.stores.subjects.insert({ applicationId, galleryId, id, ...empty })
    return id
  }

  beforeEach(async () => {
    ;[applicationId, galleryId] = [rowId(), rowId()]
    const settings = defaultSettings(testModel, [])
    const publicId = `mp_${applicationId}`
    await database.stores.applications.insert({ id: applicationId, publicId, name: 'x', settings, createdAt: now })
    await database.stores.galleries.insert({ applicationId, id: galleryId, name: 'default', createdAt: now })
    device = newDevice()
    ref = { applicationId, deviceId: device.id }
    await offline.devices.insert(device)
  })

  test('[ST1] [ST2] what is written comes back as it was, to its application alone', async () => {
    expect(await offline.devices.find(device.id)).toEqual(device)
    expect(await offline.devices.findByCode(device.codeDigest!)).toEqual(device)
    const subjectId = await insertSubject()
    const outcomes = [
      { status: 'accepted', facial_id: subjectId },
      { status: 'rejected', code: 'too_late' },
      { status: 'conflict', server_state: 'disabled' },
      { status: 'quarantined', reason: 'chain_fork' },
    ] as const
    const events = outcomes.map((outcome, i) => newEvent({ seq: 3 * i + 1, op: 'enroll', subjectId, outcome }))
    for (const event of events) await offline.events.insert(event, null)
    for (const event of events) expect(await offline.events.find(ref, event.id)).toEqual(event)
    expect(await offline.events.extent(ref)).toEqual({ lastSeq: 10, places: 4 })
    expect(await offline.events.atPlaces(ref, [0, 1, 2])).toEqual([events[0]])
    const listed = await offline.events.list(applicationId, { limit: 2, status: 'quarantined' })
    expect(listed).toMatchObject([{ id: events[3]!.id, deviceKind: 'kiosk' }])
    const other = { ...ref, applicationId: rowId() }
    expect(await offline.devices.hold(other)).toBeUndefined()
    expect(await offline.events.find(other, events[0]!.id)).toBeUndefined()
    expect(await offline.events.list(other.applicationId, { limit: 10 })).toEqual([])
  })

  test('[ST9] [SY4] of many who use one ticket one does', async () => {
    const ticket = { ...ref, id: randomUUID(), notBefore: now, notAfter: after(day), usedAt: null }
    await offline.tickets.insert([ticket])
    expect(await offline.tickets.open(ref, now)).toEqual([ticket])
    const used = await Promise.all(Array.from({ length: 20 }, () => offline.tickets.use(ref, ticket.id, now)))
    expect(used.filter(Boolean)).toHaveLength(1)
    expect(await offline.tickets.open(ref, now)).toEqual([])
    expect(await offline.tickets.find(ref, ticket.id)).toEqual({ ...ticket, usedAt: now })
  })

  test('[SY16] [KE1] what waits lies sealed for its row, until it is decided', async () => {
    const event = newEvent({ outcome: { status: 'quarantined', reason: 'review' } })
    await offline.events.insert(event, 'held')
    expect(await offline.events.findHeld(ref, event.id)).toBe('held')
    await offline.events.decide(ref, event.id, { status: 'rejected', code: 'declined' }, null)
    expect(await offline.events.findHeld(ref, event.id)).toBeUndefined()
    expect(await offline.events.find(ref, event.id)).toMatchObject({
      outcome: { status: 'rejected', code: 'declined' },
    })
  })

  test('[SY22] whoever is erased is named nowhere, and what waits about them is settled', async () => {
    const subjectId = await insertSubject()
    const own = newDevice({ kind: 'own_device', subjectId, codeDigest: null })
    await offline.devices.insert(own)
    const face = { faceId: rowId(), subjectId, templateHash: 'h', addedEpoch: 1, removedEpoch: null }
    await offline.faces.put(ref, [face])
    const waits = newEvent({ subjectId, outcome: { status: 'quarantined', reason: 'device_revoked' } })
    await offline.events.insert(waits, 'held')
    await offline.events.insert(newEvent({ seq: 2, subjectId }), null)
    expect(await offline.events.listOfSubject(applicationId, subjectId)).toHaveLength(2)
    await offline.people.forget(applicationId, subjectId, now)
    const remains = await database.stores.people.remains(applicationId, subjectId)
    expect(remains.filter(({ table, rows }) => table.startsWith('offline_') && rows > 0)).toEqual([])
    const gone = { subjectId: null, label: null }
    expect(await offline.devices.find(own.id)).toMatchObject({ status: 'revoked', ...gone, revokedAt: now })
    expect(await offline.faces.list(ref)).toEqual([{ ...face, subjectId: null }])
    expect(await offline.events.findHeld(ref, waits.id)).toBeUndefined()
    const settled = { status: 'conflict', server_state: 'deleted' }
    expect(await offline.events.find(ref, waits.id)).toMatchObject({ subjectId: null, outcome: settled })
  })

  test('[SY23] 60 days after a device was revoked its faces are gone, and the key of one whose owner was erased', async () => {
    const subjectId = await insertSubject()
    const own = newDevice({ kind: 'own_device', subjectId, codeDigest: null })
    await offline.devices.insert(own)
    await offline.people.forget(applicationId, subjectId, now)
    const face = { faceId: rowId(), subjectId: null, templateHash: 'h', addedEpoch: 1, removedEpoch: null }
    const at = { applicationId, deviceId: own.id }
    for (const each of [ref, at]) await offline.faces.put(each, [face])
    await database.sweep(after(59 * day))
    expect([await offline.faces.list(ref), await offline.faces.list(at)]).toEqual([[face], [face]])
    expect(await offline.devices.find(own.id)).toMatchObject({ keyId: own.keyId, publicKey: own.publicKey })
    await database.sweep(after(61 * day))
    expect([await offline.faces.list(ref), await offline.faces.list(at)]).toEqual([[face], []])
    expect(await offline.devices.find(own.id)).toMatchObject({ keyId: null, publicKey: null })
    expect(await offline.devices.find(device.id)).toEqual(device)
  })

  test('[SY6] [SY23] what was kept for its time is not missing, and its places are not free', async () => {
    for (const seq of [1, 2, 4]) await offline.events.insert(newEvent({ seq }), null)
    const late = newEvent({ seq: 7, receivedAt: after(300 * day) })
    await offline.events.insert(late, null)
    expect(await offline.events.extent(ref)).toEqual({ lastSeq: 7, places: 4 })
    await database.sweep(after(366 * day))
    expect(await offline.events.extent(ref)).toEqual({ lastSeq: 7, places: 5 })
    await database.sweep(after(666 * day))
    expect(await offline.events.extent(ref)).toEqual({ lastSeq: 7, places: 7 })
  })

  test('[NA5] how far each device came is asked for at once, and whether a gallery is still needed', async () => {
    const silent = newDevice()
    await offline.devices.insert(silent)
    for (const seq of [1, 2, 5]) await offline.events.insert(newEvent({ seq }), null)
    const none = { lastSeq: 0, places: 0 }
    const extents = async () => {
      const all = await offline.events.extents(applicationId)
      expect(all.get(device.id)).toEqual(await offline.events.extent(ref))
      return [all.size, all.get(device.id), all.get(silent.id)]
    }
    expect(await extents()).toEqual([2, { lastSeq: 5, places: 3 }, none])
    for (const { id } of [device, silent])
      await offline.devices.update({ applicationId, deviceId: id }, { status: 'revoked', revokedAt: now })
    expect(await offline.devices.areIn(applicationId, galleryId)).toBe(true)
    expect(await offline.devices.areIn(applicationId, rowId())).toBe(false)
    await database.sweep(after(366 * day))
    expect(await extents()).toEqual([2, { lastSeq: 5, places: 5 }, none])
    expect(await offline.devices.areIn(applicationId, galleryId)).toBe(false)
  })

  test('[SY10] more faces go at once than a statement has room for values', async () => {
    const face = { faceId: rowId(), subjectId: null, templateHash: 'h', addedEpoch: 1, removedEpoch: null }
    await offline.faces.put(ref, [face])
    const others = Array.from({ length: 70_000 }, () => randomUUID())
    await offline.faces.markRemoved(ref, [...others, face.faceId], 2, now)
    expect(await offline.faces.list(ref)).toEqual([{ ...face, removedEpoch: 2 }])
  })

  test('[SY21] who may not sign in is not among the faces that are handed out', async () => {
    const space = { applicationId, galleryId, modelId: testModel.modelId }
    const subjects = [await insertSubject(), await insertSubject(), await insertSubject()]
    const faces = subjects.map((subjectId, i) => ({
      ...space,
      id: rowId(),
      subjectId,
      keyVersion: 1,
      vector: syntheticPerson(i),
    }))
    for (const face of faces) await database.stores.faces.insert(face)
    const managed = { applicationId, sessionId: null, createdAt: now }
    const states = [
      { subjectId: subjects[1]!, status: 'active' as const, expiresAt: after(1000) },
      { subjectId: subjects[2]!, status: 'disabled' as const, expiresAt: null },
    ]
    for (const state of states) await database.stores.authenticators.insert({ ...managed, id: rowId(), ...state })
    const living = async (subjectId: string | null, at: Date) =>
      (await offline.faces.living(space, subjectId, at)).map(({ faceId }) => faceId)
    expect(await living(null, now)).toEqual([faces[0]!.id, faces[1]!.id])
    expect(await living(null, after(1000))).toEqual([faces[0]!.id])
    expect(await living(subjects[1]!, now)).toEqual([faces[1]!.id])
    expect(await offline.faces.living({ ...space, modelId: 'other' }, null, now)).toEqual([])
    const counts = [[now, 9] as const, [now, 1] as const, [after(1000), 9] as const]
    expect(await Promise.all(counts.map(([at, most]) => offline.faces.countPeople(space, at, most)))).toEqual([2, 1, 1])
  })

  test('[SY12] [SY23] what devices were handed goes in its time, and what waits with it', async () => {
    const faces = [1, 2].map((addedEpoch) => ({
      faceId: rowId(),
      subjectId: null,
      templateHash: 'h',
      addedEpoch,
      removedEpoch: null,
    }))
    await offline.faces.put(ref, faces)
    await offline.faces.markRemoved(ref, [faces[0]!.faceId], 7, now)
    const snapshot = { ...ref, id: rowId(), cursor: 7, createdAt: now, expiresAt: after(day) }
    await offline.snapshots.insert(snapshot)
    await offline.tickets.insert([{ ...ref, id: rowId(), notBefore: now, notAfter: after(3 * day), usedAt: null }])
    const waits = newEvent({ outcome: { status: 'quarantined', reason: 'review' } })
    await offline.events.insert(waits, 'held')
    const invited = newDevice({ status: 'invited', keyId: null, publicKey: null, registeredAt: null })
    await offline.devices.insert(invited)

    await database.sweep(after(day))
    expect(await offline.devices.find(invited.id)).toBeUndefined()
    expect(await offline.faces.list(ref)).toHaveLength(2)
    expect(await offline.snapshots.newest(ref)).toEqual(snapshot)
    expect(await offline.events.findHeld(ref, waits.id)).toBe('held')

    await database.sweep(after(34 * day))
    expect(await offline.faces.list(ref)).toEqual([faces[1]])
    expect(await offline.devices.find(device.id)).toMatchObject({ floorEpoch: 7 })
    expect(await offline.snapshots.find(ref, snapshot.id)).toEqual(snapshot)
    expect(await offline.tickets.open(ref, now)).toHaveLength(1)
    expect(await offline.events.find(ref, waits.id)).toMatchObject({
      outcome: { status: 'rejected', code: 'declined' },
    })
    expect(await offline.events.findHeld(ref, waits.id)).toBeUndefined()

    await database.sweep(after(64 * day))
    expect(await offline.snapshots.find(ref, snapshot.id)).toBeUndefined()
    expect(await offline.tickets.open(ref, now)).toEqual([])

    await database.sweep(after(366 * day))
    expect(await offline.events.find(ref, waits.id)).toBeUndefined()
  })

  test('[ST7] [KE5] an application that is deleted takes its devices along', async () => {
    await offline.events.insert(newEvent(), null)
    expect(await database.stores.applications.remove(applicationId)).toBe(true)
    expect(await offline.devices.find(device.id)).toBeUndefined()
    expect(await offline.events.extent(ref)).toEqual({ lastSeq: 0, places: 0 })
  })
})
