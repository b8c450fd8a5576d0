import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testModel } from '../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../test/fixtures/synthetic-templates.ts'
import type { TemplateProtection } from '../domain/application-keys.ts'
import type { Application, Face, FaceSpace, Gallery, Passkey, Session, Subject } from '../domain/model.ts'
import type { Database, Stores } from '../domain/ports.ts'
import { defaultSettings } from '../domain/settings.ts'
import { rowId, sha256 } from '../domain/tokens.ts'

const now = new Date('2026-11-21T12:00:00Z')
const pinOf = (hash: string) => ({ hash, pepperVersion: 1, uniqueDigest: null })
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000)

/** What every implementation of the storage port must do. Each test works on an application of its own. */
export function registerStoreContract(
  name: string,
  open: () => Promise<Database>,
  protection: TemplateProtection = 'rotated',
): void {
  describe(`stores on ${name}, templates ${protection}`, () => {
    let database: Database
    let stores: Stores
    let application: Application
    let gallery: Gallery
    let space: FaceSpace

    beforeAll(async () => {
      database = await open()
      stores = database.stores
    })
    afterAll(() => database.close())
    beforeEach(async () => {
      application = await insertApplication()
      gallery = { applicationId: application.id, id: rowId(), name: 'default', createdAt: now }
      await stores.galleries.insert(gallery)
      space = { applicationId: application.id, galleryId: gallery.id, modelId: 'test-512' }
    })

    async function insertApplication(origins: string[] = ['https://a.example']): Promise<Application> {
      const id = rowId()
      const settings = { ...defaultSettings(testModel, origins), protection }
      const made = { id, publicId: `mp_${id}`, name: 'A “name” ’; --', settings, createdAt: now }
      await stores.applications.insert(made)
      return made
    }

    async function insertSubject(changes: Partial<Subject> = {}, within = stores): Promise<Subject> {
      const subject = {
        applicationId: application.id,
        id: randomUUID(),
        galleryId: gallery.id,
        externalRef: null,
        name: '',
        payload: null,
        hasPin: false,
        createdAt: now,
        lastSeenAt: null,
        ...changes,
      }
      await within.subjects.insert(subject)
      // The number is the database's to give.
      return { ...subject, number: expect.any(Number) }
    }

    const faceOf = (subject: Subject, vector: Float32Array): Face => ({
      ...space,
      keyVersion: 1,
      id: rowId(),
      subjectId: subject.id,
      vector,
    })

    async function insertSession(changes: Partial<Session> = {}): Promise<Session> {
      const session: Session = {
        applicationId: application.id,
        id: rowId(),
        galleryId: gallery.id,
        operation: 'enroll',
        opener: 'page',
        tokenDigest: sha256(randomUUID()),
        origin: 'https://a.example',
        externalRef: null,
        subjectId: null,
        hasPhoto: false,
        nonce: null,
        codeChallenge: null,
        minAssurance: 'A0',
        expiresAt: later(900),
        createdAt: now,
        ...changes,
      }
      await stores.sessions.insert(session)
      return session
    }

    const passkeyOf = (subject: Subject): Passkey => ({
      applicationId: application.id,
      id: rowId(),
      subjectId: subject.id,
      credentialId: randomUUID(),
      publicKey: Uint8Array.of(1, 2, 3),
      signCount: 7,
      transports: ['internal', 'hybrid'],
      relyingParty: 'a.example',
      createdAt: now,
      lastUsedAt: null,
    })

    test('[ST1] what is written comes back as it was', async () => {
      const payload = { text: '\u202e“é”', number: 1e300, list: [null, true, { deep: '\\u0041' }] }
      const subject = await insertSubject({ payload, externalRef: 'ref' })
      const session = await insertSession({ nonce: 'n', codeChallenge: 'c' })
      expect(await stores.applications.find(application.id)).toEqual(application)
      expect(await stores.applications.findByPublicId(application.publicId)).toEqual(application)
      expect(await stores.subjects.find(application.id, subject.id)).toEqual(subject)
      expect(await stores.subjects.findByRef(application.id, gallery.id, 'ref')).toEqual(subject)
      expect(await stores.sessions.findByToken(session.tokenDigest)).toMatchObject({
        id: session.id,
        expiresAt: session.expiresAt,
      })
      expect(await stores.galleries.list(application.id)).toEqual([
        { ...gallery, subjects: 1, searchEngine: 'auto', hnswEfSearch: null },
      ])
    })

    test('[ST2] another application sees none of it', async () => {
      const subject = await insertSubject({ externalRef: 'ref' })
      const other = await insertApplication()
      expect(await stores.subjects.find(other.id, subject.id)).toBeUndefined()
      expect(await stores.subjects.findByRef(other.id, gallery.id, 'ref')).toBeUndefined()
      expect(await stores.subjects.list(other.id, { limit: 10 })).toEqual([])
      expect(await stores.faces.count({ ...space, applicationId: other.id })).toBe(0)
      expect(await stores.subjects.updatePayload(other.id, subject.id, 'x')).toBe(false)
    })

    test('[ST3] names are unique where they must be, and a conflict says so', async () => {
      await insertSubject({ externalRef: 'ref' })
      const conflict = expect.objectContaining({ code: 'CONFLICT' })
      await expect(insertSubject({ externalRef: 'ref' })).rejects.toEqual(conflict)
      await expect(stores.galleries.insert({ ...gallery, id: rowId() })).rejects.toEqual(conflict)
      await expect(Promise.all([insertSubject(), insertSubject()])).resolves.toHaveLength(2)
    })

    test('[ST4] pages of subjects follow each other without gaps or repeats', async () => {
      for (let i = 0; i < 7; i++) await insertSubject()
      const seen: string[] = []
      for (let afterId: string | undefined; ; ) {
        const page = await stores.subjects.list(application.id, { limit: 3, ...(afterId ? { afterId } : {}) })
        seen.push(...page.map((subject) => subject.id))
        afterId = page.at(-1)?.id
        if (page.length < 3) break
      }
      expect(new Set(seen).size).toBe(7)
      expect(seen).toEqual([...seen].sort())
    })

    test('[TI2] a list may leave out those without a face', async () => {
      const [one, two] = [await insertSubject(), await insertSubject()]
      await stores.faces.insert(faceOf(one, syntheticPerson(1)))
      const idsOf = async (withFace: boolean) =>
        (await stores.subjects.list(application.id, { withFace, limit: 10 })).map((subject) => subject.id)
      expect(await idsOf(true)).toEqual([one.id])
      expect(await idsOf(false)).toEqual([one.id, two.id].sort())
    })

    test('[ST5] a face is stored as a half-precision unit vector and found only in its own space', async () => {
      const subject = await insertSubject()
      const vector = syntheticPerson(1)
      await stores.faces.insert(faceOf(subject, vector))
      const [face] = await stores.faces.ofSubjects(space, [subject.id])
      for (let i = 0; i < 512; i++) expect(Math.abs(face!.vector[i]! - vector[i]!)).toBeLessThan(2e-4)
      for (const other of [{ modelId: 'other' }, { galleryId: rowId() }]) {
        expect(await stores.faces.ofSubjects({ ...space, ...other }, [subject.id])).toEqual([])
        expect(await stores.faces.count({ ...space, ...other })).toBe(0)
      }
    })

    test('[GU10] of whom somebody claims to be the faces are read, and of nobody else, whoever is there', async () => {
      const [one, two] = [await insertSubject(), await insertSubject()]
      expect(await stores.faces.ofClaimed(space, one.id)).toEqual([])
      for (const seed of [1, 2]) await stores.faces.insert(faceOf(one, syntheticPerson(seed)))
      const found = await stores.faces.ofClaimed(space, one.id)
      expect(found.map(({ id }) => id).sort()).toEqual(
        (await stores.faces.ofSubjects(space, [one.id])).map(({ id }) => id).sort(),
      )
      expect(found).toHaveLength(2)
      for (const nobody of [two.id, rowId()]) expect(await stores.faces.ofClaimed(space, nobody)).toEqual([])
      expect(await stores.faces.ofClaimed({ ...space, galleryId: rowId() }, one.id)).toEqual([])
    })

    test('[ST6] no vector that is not a unit vector of a power of two is stored, whatever the code above does', async () => {
      const subject = await insertSubject()
      const unit = syntheticPerson(1)
      const bad = [unit.map((x) => x * 5), unit.map(() => 0), unit.map(() => Number.NaN), syntheticPerson(1, 500)]
      for (const vector of bad) await expect(stores.faces.insert(faceOf(subject, vector))).rejects.toThrow()
      expect(await stores.faces.count(space)).toBe(0)
    })

    test('[ST17] what the database refuses is reported without the values', async () => {
      const subject = await insertSubject()
      const error = await stores.faces.insert(faceOf(subject, syntheticPerson(1, 500))).catch((thrown) => thrown)
      const number = String(syntheticPerson(1, 500)[0]).slice(0, 8)
      expect(inspect(error, { depth: 10 })).toContain(protection === 'sealed' ? 'TEMPLATE_DIMENSION' : 'SQLSTATE 23514')
      for (const value of [number, subject.id]) expect(inspect(error, { depth: 10 })).not.toContain(value)
    })

    test('[ST7] removing a subject takes faces and PIN with it', async () => {
      const subject = await insertSubject()
      await stores.faces.insert(faceOf(subject, syntheticPerson(1)))
      await stores.pins.put(application.id, subject.id, pinOf('hash'), now)
      await stores.subjects.remove(application.id, subject.id)
      expect(await stores.subjects.find(application.id, subject.id)).toBeUndefined()
      expect(await stores.faces.count(space)).toBe(0)
      expect(await stores.pins.having(application.id, [subject.id])).toEqual([])
    })

    test('[ST7] removing an application takes everything with it', async () => {
      const subject = await insertSubject()
      await stores.faces.insert(faceOf(subject, syntheticPerson(1)))
      const session = await insertSession()
      expect(await stores.applications.remove(application.id)).toBe(true)
      expect(await stores.applications.remove(application.id)).toBe(false)
      expect(await stores.sessions.findByToken(session.tokenDigest)).toBeUndefined()
      expect(await stores.faces.count(space)).toBe(0)
    })

    test('[ST8] a transaction that fails leaves nothing', async () => {
      const subject = await insertSubject()
      const failing = database.transaction(async (within) => {
        await within.faces.insert(faceOf(subject, syntheticPerson(1)))
        await within.pins.put(application.id, subject.id, pinOf('hash'), now)
        throw new Error('stop')
      })
      await expect(failing).rejects.toThrow('stop')
      expect(await stores.faces.count(space)).toBe(0)
      expect(await stores.pins.having(application.id, [subject.id])).toEqual([])
    })

    test('[ST9] of 20 concurrent uses of a challenge one succeeds, and only with everything it is bound to', async () => {
      const session = await insertSession()
      const binding = {
        applicationId: application.id,
        id: rowId(),
        sessionId: session.id,
        nonce: 'n',
        operation: 'enroll',
        level: 'A0',
        modelId: 'test-512',
      } as const
      await stores.challenges.insert({
        ...binding,
        script: { actions: ['blink'], still_ms: 1500 },
        captureScript: null,
        commitsCrops: false,
        deviceKeyId: null,
        expiresAt: later(120),
        usedAt: null,
      })
      const wrong = [
        { nonce: 'm' },
        { sessionId: rowId() },
        { operation: 'authenticate' as const },
        { modelId: 'other' },
      ]
      for (const change of wrong)
        expect(await stores.challenges.consume({ ...binding, ...change }, now)).toBeUndefined()
      expect(await stores.challenges.consume(binding, later(120))).toBeUndefined()
      const uses = await Promise.all(Array.from({ length: 20 }, () => stores.challenges.consume(binding, now)))
      expect(uses.filter((use) => use !== undefined)).toEqual([
        {
          script: { actions: ['blink'], still_ms: 1500 },
          captureScript: null,
          commitsCrops: false,
          deviceKeyId: null,
          expiresAt: later(120),
        },
      ])
      await stores.challenges.release(application.id, binding.id)
      expect(await stores.challenges.consume(binding, now)).toBeDefined()
    })

    test('[SV6] a session is held for a second decision only while it has granted nothing', async () => {
      const { applicationId, id } = await insertSession()
      const hold = () => database.transaction((within) => within.sessions.holdUnused(applicationId, id))
      expect(await hold()).toBe(true)
      await stores.sessions.useUp(applicationId, id)
      expect(await hold()).toBe(false)
      expect(await stores.sessions.holdUnused(applicationId, rowId())).toBe(false)
    })

    test('[ST3] a digest of a PIN belongs to one subject of an application, and any number have none', async () => {
      const [ada, bob] = [await insertSubject(), await insertSubject()]
      const pin = { hash: 'hash', pepperVersion: 1, uniqueDigest: sha256(randomUUID()) }
      await stores.pins.put(application.id, ada.id, pin, now)
      await stores.pins.put(application.id, ada.id, pin, now)
      expect(await stores.pins.isTaken(application.id, pin.uniqueDigest)).toBe(true)
      const taken = expect.objectContaining({ code: 'PIN_NOT_UNIQUE' })
      await expect(stores.pins.put(application.id, bob.id, pin, now)).rejects.toEqual(taken)
      await stores.pins.forgetDigests(application.id)
      expect(await stores.pins.isTaken(application.id, pin.uniqueDigest)).toBe(false)
      for (const { id } of [ada, bob]) await stores.pins.put(application.id, id, pinOf('hash'), now)
    })

    test('[ST13] pages without an origin are found where an application takes them, whatever it lists', async () => {
      const id = rowId()
      const settings = { ...defaultSettings(testModel, ['https://a.example']), reject_empty_origin: false }
      expect(await stores.applications.someAllowsOrigin('null')).toBe(false)
      await stores.applications.insert({ id, publicId: `mp_${id}`, name: 'x', settings, createdAt: now })
      expect(await stores.applications.someAllowsOrigin('null')).toBe(true)
      await stores.applications.remove(id)
    })

    test('[ST9] of 20 concurrent redemptions one succeeds', async () => {
      const session = await insertSession()
      const digest = sha256(randomUUID())
      await stores.results.insert({
        applicationId: application.id,
        id: rowId(),
        codeDigest: digest,
        sessionId: session.id,
        subjectId: randomUUID(),
        matchLevel: null,
        operation: 'enroll',
        assurance: 'A0',
        factors: ['face', 'pin'],
        serverVerified: true,
        deviceId: null,
        origin: null,
        pageClaims: { active_check: 'motion', camera: null },
        authTime: now,
        expiresAt: later(60),
        redeemedAt: null,
        endedAt: null,
      })
      expect(await stores.results.findByCode(application.id, digest)).toMatchObject({
        factors: ['face', 'pin'],
        pageClaims: { active_check: 'motion', camera: null },
      })
      expect(await stores.results.redeem(application.id, digest, later(60))).toBe(false)
      const uses = await Promise.all(
        Array.from({ length: 20 }, () => stores.results.redeem(application.id, digest, now)),
      )
      expect(uses.filter(Boolean)).toHaveLength(1)
    })

    test('[ST1] [ST3] [PK8] a passkey comes back as it was, and its credential is one person’s', async () => {
      const [subject, other] = [await insertSubject(), await insertSubject()]
      const passkey = passkeyOf(subject)
      await stores.passkeys.insert(passkey)
      expect(await stores.passkeys.listOfSubject(application.id, subject.id)).toEqual([passkey])
      expect(await stores.passkeys.findByCredential(application.id, passkey.credentialId)).toEqual(passkey)
      const again = { ...passkeyOf(other), credentialId: passkey.credentialId }
      await expect(stores.passkeys.insert(again)).rejects.toMatchObject({ code: 'CONFLICT' })
      const stranger = await insertApplication()
      expect(await stores.passkeys.findByCredential(stranger.id, passkey.credentialId)).toBeUndefined()
      expect(await stores.passkeys.remove(stranger.id, subject.id, passkey.id)).toBe(false)

      const having = (site: string) => stores.passkeys.having(application.id, [subject.id, other.id], site)
      expect([await having('a.example'), await having('b.example')]).toEqual([[subject.id], []])
      expect(await stores.passkeys.remove(application.id, other.id, passkey.id)).toBe(false)
      expect(await stores.passkeys.remove(application.id, subject.id, passkey.id)).toBe(true)
      expect(await having('a.example')).toEqual([])
    })

    test('[PK5] of two uses with one count one is written down; a count of 0 stays one', async () => {
      const subject = await insertSubject()
      const [counting, still] = [passkeyOf(subject), { ...passkeyOf(subject), signCount: 0 }]
      await stores.passkeys.insert(counting)
      await stores.passkeys.insert(still)
      const use = (id: string, count: number) => stores.passkeys.used(application.id, id, count, later(9))
      const both = await Promise.all([use(counting.id, 8), use(counting.id, 8)])
      expect(both.sort()).toEqual([false, true])
      expect([await use(counting.id, 0), await use(counting.id, 7)]).toEqual([false, false])
      expect([await use(still.id, 0), await use(still.id, 0)]).toEqual([true, true])
      expect((await stores.passkeys.listOfSubject(application.id, subject.id))[0]).toMatchObject({
        signCount: 8,
        lastUsedAt: later(9),
      })
    })

    test('[PK4] [ST9] a passkey’s challenge is consumed once, as it was drawn and before it expires', async () => {
      const session = await insertSession()
      const { applicationId, id: sessionId } = session
      const draw = async (submissionId: string | null) => {
        const id = rowId()
        const binding = { applicationId, id, sessionId, purpose: 'authenticate', submissionId } as const
        const challenge = randomUUID()
        await stores.passkeyChallenges.insert({ ...binding, challenge, expiresAt: later(300), usedAt: null })
        return { binding, challenge }
      }
      const { binding, challenge } = await draw(randomUUID())
      const consume = (changes: object, at = now) => stores.passkeyChallenges.consume({ ...binding, ...changes }, at)
      const unfit = [{ sessionId: rowId() }, { purpose: 'register' }, { submissionId: null }, { submissionId: rowId() }]
      for (const changes of unfit) expect(await consume(changes)).toBeUndefined()
      expect(await consume({ applicationId: rowId() })).toBeUndefined()
      expect(await consume({}, later(300))).toBeUndefined()
      const all = await Promise.all(Array.from({ length: 20 }, () => consume({}, later(299))))
      expect(all.filter((each) => each !== undefined)).toEqual([challenge])

      const unbound = await draw(null)
      expect(await stores.passkeyChallenges.consume({ ...unbound.binding, submissionId: rowId() }, now)).toBeUndefined()
      expect(await stores.passkeyChallenges.consume(unbound.binding, now)).toBe(unbound.challenge)
      expect(await stores.passkeyChallenges.count(applicationId, sessionId)).toBe(2)
    })

    test('[ST10] of 50 concurrent tries exactly the allowed number is reserved', async () => {
      const session = await insertSession()
      const subject = await insertSubject()
      await stores.pins.put(application.id, subject.id, pinOf('hash'), now)
      const faces = await Promise.all(
        Array.from({ length: 50 }, () => stores.sessions.reserveTry(application.id, session.id, 'face', 5)),
      )
      const pins = await Promise.all(
        Array.from({ length: 50 }, () => stores.pins.reserve(application.id, [subject.id], 10)),
      )
      expect(faces.filter(Boolean)).toHaveLength(5)
      expect(pins.filter((reserved) => reserved.length === 1)).toHaveLength(10)
      const other = await insertSubject()
      await stores.pins.put(application.id, other.id, pinOf('other'), later(1))
      const [mine, theirs] = [
        { subjectId: subject.id, setAt: now },
        { subjectId: other.id, setAt: later(1) },
      ]
      expect(await stores.pins.settle(application.id, theirs, [mine])).toBe(true)
      expect(await stores.pins.reserve(application.id, [subject.id], 10)).toEqual([
        { ...mine, hash: 'hash', pepperVersion: 1 },
      ])
      expect(await stores.pins.reserve(application.id, [subject.id], 10)).toEqual([])
      // Another PIN than the one that was reserved.
      expect(await stores.pins.settle(application.id, { ...mine, setAt: later(1) }, [])).toBe(false)
      expect(await stores.pins.reserve(application.id, [subject.id], 10)).toEqual([])
      expect(await stores.pins.settle(application.id, mine, [theirs])).toBe(true)
      expect(await stores.pins.reserve(application.id, [subject.id], 1)).toHaveLength(1)
    })

    test('[ST11] writers of one gallery take turns', async () => {
      let inside = 0
      let most = 0
      const work = () =>
        database.transaction(async (within) => {
          await within.galleries.lock(application.id, gallery.id)
          inside++
          most = Math.max(most, inside)
          await within.subjects.count(application.id)
          inside--
        })
      await Promise.all(Array.from({ length: 8 }, work))
      expect(most).toBe(1)
    })

    test('[ST12] digests are remembered once per application', async () => {
      const digests = [1, 2, 3].map((n) => sha256(`${application.id}${n}`))
      expect(await stores.digests.remember(application.id, digests, now)).toHaveLength(3)
      expect(await stores.digests.remember(application.id, digests, now)).toEqual([])
      const fresh = await stores.digests.remember(application.id, [...digests.slice(0, 2), sha256('new')], now)
      expect(fresh.map((digest) => Buffer.from(digest))).toEqual([sha256('new')])
      expect(await stores.digests.hasAll(application.id, [...digests, digests[0]!])).toBe(true)
      expect(await stores.digests.hasAll(application.id, [...digests, sha256('unknown')])).toBe(false)
      await stores.digests.forget(application.id, fresh)
      expect(await stores.digests.hasAll(application.id, fresh)).toBe(false)
      expect(await stores.digests.hasAll(application.id, digests)).toBe(true)
    })

    test('[ER9] two captures with the same frames in another order do not wait for each other', async () => {
      const digests = [1, 2].map((n) => sha256(`${application.id}${n}`)).sort(Buffer.compare)
      let other: Promise<readonly Uint8Array[]> | undefined
      await database.transaction(async (within) => {
        await within.digests.remember(application.id, digests.slice(0, 1), now)
        const turnedRound = digests.toReversed()
        other = database.transaction((late) => late.digests.remember(application.id, turnedRound, now))
        other.catch(() => {})
        // Long enough for the other to be stuck where it will be.
        await sleep(200)
        await within.digests.remember(application.id, digests.slice(1), now)
      })
      expect(await other).toEqual([])
    })

    test('[ER9] a row whose application was deleted meanwhile is refused as not found', async () => {
      await stores.applications.remove(application.id)
      const late = { applicationId: application.id, id: rowId(), name: 'late', createdAt: now }
      await expect(stores.galleries.insert(late)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    })

    test('[ST13] a CORS preflight finds listed origins, and all when an application lists none', async () => {
      const origin = `https://${randomUUID()}.example`
      const openToAll = (await stores.applications.list()).filter((each) => each.settings.origins.length === 0)
      for (const each of openToAll) await stores.applications.remove(each.id)
      expect(await stores.applications.someAllowsOrigin(origin)).toBe(false)
      const listing = await insertApplication([origin])
      expect(await stores.applications.someAllowsOrigin(origin)).toBe(true)
      await stores.applications.remove(listing.id)
      const open = await insertApplication([])
      expect(await stores.applications.someAllowsOrigin(origin)).toBe(true)
      await stores.applications.remove(open.id)
    })

    test('[ST14] what has outlived its use goes, what has not stays', async () => {
      const old = await insertSession({ expiresAt: later(-7200) })
      const recent = await insertSession({ expiresAt: later(-60) })
      await database.sweep(now)
      expect(await stores.sessions.find(application.id, old.id)).toBeUndefined()
      expect(await stores.sessions.find(application.id, recent.id)).toBeDefined()
    })

    test('[ST18] of 20 concurrent calls each is counted, for its own application and dialect', async () => {
      const other = await insertApplication()
      await Promise.all(Array.from({ length: 20 }, () => stores.apiCalls.add(application.id, 'a')))
      await stores.apiCalls.add(application.id, 'b')
      expect(await stores.apiCalls.count(application.id, 'a')).toBe(20)
      expect(await stores.apiCalls.count(application.id, 'b')).toBe(1)
      expect(await stores.apiCalls.count(other.id, 'a')).toBe(0)
    })

    test('[PV4] who came before a moment, and was neither enrolled, seen nor found since', async () => {
      const old = await insertSubject()
      const found = await insertSubject()
      const exported = await insertSubject()
      await insertSubject({ lastSeenAt: later(100) })
      await insertSubject({ createdAt: later(100) })
      const record = { applicationId: application.id, sessionId: null, at: later(100) }
      await stores.audit.append({ ...record, event: 'verify', outcome: 'match', subjectId: found.id })
      await stores.audit.append({ ...record, event: 'person_exported', outcome: 'ok', subjectId: exported.id })
      const unseen = await stores.people.unseen(application.id, later(50), 10)
      expect([...unseen].sort()).toEqual([old.id, exported.id].sort())
      expect(await stores.people.isUnseen(application.id, old.id, later(50))).toBe(true)
      expect(await stores.people.isUnseen(application.id, found.id, later(50))).toBe(false)
      expect(await stores.people.isUnseen(rowId(), old.id, later(50))).toBe(false)
      expect(await stores.subjects.galleryOf(application.id, old.id)).toBe(gallery.id)
      expect(await stores.subjects.galleryOf(rowId(), old.id)).toBeUndefined()
    })

    test('[ST18] the newest subjects of an application, newest first', async () => {
      const ids: string[] = []
      for (const seconds of [3, 1, 2]) ids.push((await insertSubject({ createdAt: later(seconds) })).id)
      const other = await insertApplication()
      expect(await stores.subjects.newest(application.id, 2)).toEqual([ids[0], ids[2]])
      expect(await stores.subjects.newest(other.id, 2)).toEqual([])
    })

    test('[ST15] a credential is found by its digest and replaced by the next of its kind', async () => {
      const credential = {
        applicationId: application.id,
        id: rowId(),
        kind: 'secret_key' as const,
        name: 'default',
        scopes: [],
        clientId: null,
        secretDigest: sha256(randomUUID()),
        galleryId: gallery.id,
        createdAt: now,
      }
      await stores.credentials.put(credential)
      const { secretDigest, ...readable } = credential
      const found = await stores.credentials.findByDigest('secret_key', secretDigest)
      expect(found?.credential).toMatchObject(readable)
      expect([...found!.credential.secretDigest]).toEqual([...secretDigest])
      expect(found?.application).toEqual(application)
      expect(await stores.credentials.findByDigest('ufme', credential.secretDigest)).toBeUndefined()
      await stores.credentials.put({ ...credential, secretDigest: sha256(randomUUID()) })
      expect(await stores.credentials.findByDigest('secret_key', credential.secretDigest)).toBeUndefined()
    })

    test('[ST15] credentials of one kind live side by side under their names, and one goes alone', async () => {
      const make = (name: string, applicationId = application.id, galleryId = gallery.id) => ({
        applicationId,
        id: rowId(),
        kind: 'ticos' as const,
        name,
        clientId: null,
        secretDigest: new Uint8Array(sha256(randomUUID())),
        galleryId,
        scopes: ['a', 'b'],
        createdAt: now,
      })
      const [first, second] = [make('gate-1'), make('gate-2')]
      for (const credential of [first, second]) await stores.credentials.put(credential)
      expect(await stores.credentials.list(application.id)).toEqual([first, second])
      expect(await stores.credentials.findByName(application.id, 'ticos', 'gate-2')).toEqual(second)
      expect(await stores.credentials.findByName(application.id, 'ufme', 'gate-2')).toBeUndefined()
      const other = await insertApplication()
      expect(await stores.credentials.find(other.id, first.id)).toBeUndefined()
      expect(await stores.credentials.remove(other.id, first.id)).toBe(false)
      expect(await stores.credentials.remove(application.id, first.id)).toBe(true)
      expect(await stores.credentials.list(application.id)).toEqual([second])
    })

    test('[ST7] faces go one by one or all together, each with a change', async () => {
      const subject = await insertSubject()
      const [a, b, c] = [1, 2, 3].map((seed) => faceOf(subject, syntheticPerson(seed)))
      for (const face of [a!, b!, c!]) await stores.faces.insert(face)
      expect((await stores.faces.listOfSubject(application.id, subject.id)).map(({ id }) => id)).toEqual(
        [a!, b!, c!].map(({ id }) => id),
      )
      expect(await stores.faces.remove(application.id, randomUUID(), a!.id)).toBe(false)
      expect(await stores.faces.remove(application.id, subject.id, a!.id)).toBe(true)
      expect(await stores.faces.removeOfSubject(application.id, subject.id)).toBe(2)
      expect(await stores.faces.countAll(application.id)).toBe(0)
    })

    test('[ST1] [ST7] a kept picture has one owner, is replaced, and goes with the owner', async () => {
      const [subject, session] = [await insertSubject(), await insertSession()]
      const owner = { applicationId: application.id, kind: 'subject', id: subject.id } as const
      await stores.keptImages.put(owner, Uint8Array.of(1), now)
      await stores.keptImages.put(owner, Uint8Array.of(2), later(1))
      const ofSession = { applicationId: application.id, kind: 'session', id: session.id } as const
      await stores.keptImages.put(ofSession, Uint8Array.of(3), now)
      const found = await stores.keptImages.find(application.id, subject.id)
      expect([[...found!.picture], found!.createdAt]).toEqual([[2], later(1)])
      const other = await insertApplication()
      expect(await stores.keptImages.find(other.id, subject.id)).toBeUndefined()
      expect(await stores.keptImages.remove(other.id, subject.id)).toBe(false)
      await stores.subjects.remove(application.id, subject.id)
      expect(await stores.keptImages.find(application.id, subject.id)).toBeUndefined()
      await stores.keptImages.removeAll(application.id)
      expect(await stores.keptImages.find(application.id, session.id)).toBeUndefined()
    })

    test('[ST14] the photograph of a session goes when the session ends, its own picture too', async () => {
      const session = await insertSession({ hasPhoto: true })
      const photo = {
        applicationId: application.id,
        sessionId: session.id,
        modelId: 'test-512',
        keyVersion: 1,
        minLevel: 3,
      }
      await stores.sessionPhotos.insert({ ...photo, vector: syntheticPerson(1) })
      const owner = { applicationId: application.id, kind: 'session', id: session.id } as const
      await stores.keptImages.put(owner, Uint8Array.of(1), now)
      await database.sweep(session.expiresAt)
      expect(await stores.sessionPhotos.find(application.id, session.id)).toMatchObject(photo)
      await database.sweep(new Date(session.expiresAt.getTime() + 1))
      expect(await stores.sessionPhotos.find(application.id, session.id)).toBeUndefined()
      expect(await stores.keptImages.find(application.id, session.id)).toBeUndefined()
      expect(await stores.sessions.find(application.id, session.id)).toBeDefined()
    })

    test('[PH3] a picture that was being kept while the application gave keeping up goes with the next sweep', async () => {
      const keeps = { ...application.settings, retain_images: true }
      const subject = await insertSubject()
      const owner = { applicationId: application.id, kind: 'subject', id: subject.id } as const
      await stores.keptImages.put(owner, Uint8Array.of(1), now)
      await stores.applications.updateSettings(application.id, keeps)
      await database.sweep(now)
      expect(await stores.keptImages.find(application.id, subject.id)).toBeDefined()
      await stores.applications.updateSettings(application.id, { ...keeps, retain_images: false })
      await database.sweep(now)
      expect(await stores.keptImages.find(application.id, subject.id)).toBeUndefined()
    })

    describe('repeats', () => {
      const [key, request] = [sha256('key'), sha256('request')]
      const fresh = { unansweredSince: new Date(0), answeredSince: new Date(0) }
      const begin = (at = now, stale = fresh) => stores.idempotency.begin(application.id, key, request, at, stale)

      test('[ST9] of 20 that begin at once one does, for its application', async () => {
        const begun = await Promise.all(Array.from({ length: 20 }, () => begin()))
        expect(begun.filter(Boolean)).toHaveLength(1)
        const other = await insertApplication()
        expect(await stores.idempotency.begin(other.id, key, request, now, fresh)).toBe(true)
      })

      test('[ST9] whoever lost the key to another try can neither finish nor forget it', async () => {
        await begin()
        const stale = { unansweredSince: later(60), answeredSince: new Date(0) }
        expect(await begin(later(61), stale)).toBe(true)
        await stores.idempotency.finish(application.id, key, now, 'one')
        await stores.idempotency.forget(application.id, key, now)
        expect(await stores.idempotency.find(application.id, key)).toMatchObject({ answer: null })
        await stores.idempotency.finish(application.id, key, later(61), 'two')
        expect(await begin(later(300), { ...stale, unansweredSince: later(299) })).toBe(false)
        expect((await stores.idempotency.find(application.id, key))!.answer).toBe('two')
        await database.sweep(later(61 + 86_401))
        expect(await stores.idempotency.find(application.id, key)).toBeUndefined()
      })
    })

    test('[ST2] [ST4] the audit log is read newest first, in pages, by one application', async () => {
      const [subject, other] = [randomUUID(), await insertApplication()]
      const about = { applicationId: application.id, outcome: 'ok', sessionId: null, at: now }
      for (const event of ['enroll', 'verify', 'search'] as const) {
        await stores.audit.append({ ...about, event, subjectId: event === 'search' ? null : subject })
      }
      const [newest, ...rest] = await stores.audit.list(application.id, { limit: 2 })
      expect([newest, ...rest].map((record) => record?.event)).toEqual(['search', 'verify'])
      const next = await stores.audit.list(application.id, { limit: 5, beforeId: rest[0]!.id })
      expect(next.map(({ event }) => event)).toEqual(['enroll'])
      const ofSubject = await stores.audit.list(application.id, { limit: 5, subjectId: subject })
      expect(ofSubject.map(({ event }) => event)).toEqual(['verify', 'enroll'])
      expect(await stores.audit.list(other.id, { limit: 5 })).toEqual([])
    })

    test('[PH6] [ST2] a comparison is written down with the faces that are left, as what those came to, and for none not at all', async () => {
      const [subject, other] = [await insertSubject(), await insertSubject()]
      const [first, second, others] = [subject, subject, other].map((of, i) => faceOf(of, syntheticPerson(i)))
      for (const face of [first!, second!, others!]) await stores.faces.insert(face)
      const about = { applicationId: application.id, subjectId: subject.id, at: now }
      const compared = [
        { faceId: first!.id, isMatch: true },
        { faceId: second!.id, isMatch: false },
        { faceId: others!.id, isMatch: true },
      ]
      const verify = () => stores.audit.appendVerification(about, compared)
      const outcomes = async () => (await stores.audit.list(application.id, { limit: 9 })).map(({ outcome }) => outcome)

      expect(await verify()).toEqual(new Set([first!.id, second!.id]))
      const [written] = await stores.audit.list(application.id, { limit: 9 })
      expect(written).toEqual({ ...about, id: written!.id, event: 'verify', outcome: 'match', sessionId: null })
      await stores.faces.remove(application.id, subject.id, first!.id)
      expect(await verify()).toEqual(new Set([second!.id]))
      expect(await outcomes()).toEqual(['none', 'match'])
      await stores.subjects.remove(application.id, subject.id)
      expect(await verify()).toEqual(new Set())
      const elsewhere = { ...about, applicationId: (await insertApplication()).id, subjectId: other.id }
      expect(await stores.audit.appendVerification(elsewhere, compared)).toEqual(new Set())
      expect(await outcomes()).toHaveLength(2)
    })

    test('[ST16] a tombstone stays, and consent is kept as withdrawn', async () => {
      const digest = sha256(randomUUID())
      expect(await stores.tombstones.has(application.id, digest)).toBe(false)
      await stores.tombstones.put(application.id, digest, now)
      await stores.tombstones.put(application.id, digest, now)
      expect(await stores.tombstones.has(application.id, digest)).toBe(true)
      expect(await stores.tombstones.has((await insertApplication()).id, digest)).toBe(false)
      const others = Array.from({ length: 2500 }, () => randomBytes(32))
      const erasedAt = new Date(now.getTime() - 1000)
      await stores.tombstones.putAll(
        application.id,
        [digest, ...others].map((each) => ({ digest: each, erasedAt })),
      )
      expect(await stores.tombstones.list(application.id)).toHaveLength(others.length + 1)
      // The first time stays.
      const mine = (since: Date | undefined) =>
        stores.tombstones
          .erasedSince(since)
          .then((all) => all.filter(({ applicationId }) => applicationId === application.id))
      expect(await mine(undefined)).toHaveLength(others.length + 1)
      expect(await mine(now)).toHaveLength(1)
    })
  })
}
