import { randomBytes, randomInt } from 'node:crypto'
import { join } from 'node:path'
import { runSql } from '../../packages/server/src/db/run-sql.fixture.ts'
import {
  type ApplicationKeys,
  createApplicationKeys,
  firstVersion,
} from '../../packages/server/src/domain/application-keys.ts'
import { argon2Hasher } from '../../packages/server/src/domain/argon2-hasher.ts'
import type { ReservedPin } from '../../packages/server/src/domain/ports.ts'
import { faceLike } from '../fixtures/face-like.ts'
import { syntheticPerson } from '../fixtures/synthetic-templates.ts'
import { type Canary, filesBelow, findLeaks, type Place, textCanary } from '../rig/canaries.ts'
import type { TestServer } from '../rig/server.ts'
import { scanVectors } from './scan-vectors.ts'
import { createSimulatedWidget } from './simulated-widget.ts'
import { withData } from './with-data.ts'

export interface DumpFigures {
  readonly people: number
  readonly files: number
  readonly megabytes: number
  /** Runs of numbers that could be a template. */
  readonly windows: number
  /** Largest cosine of one of them with a template as it was sent. */
  readonly plainCosine: number
  /** With a template as the key turns it: shows that the scan sees what is there. */
  readonly turnedCosine: number
  /** Secrets in clear, as `place: name`. */
  readonly leaks: readonly string[]
  /** That the same search finds: the names of people, which are stored in clear. */
  readonly controls: number
  readonly triedPins: number
  readonly pinsWithoutPepper: number
  readonly pinsWithPepper: number
}

interface Enrolled {
  readonly applicationId: string
  readonly modelId: string
  readonly templates: readonly Float32Array[]
  readonly canaries: readonly Canary[]
  readonly controls: readonly Canary[]
  readonly facialId: string
  readonly pin: string
}

/**
 * Enrolls people, kills the server and takes everything that it left on the disk but its keys: what is that worth? The PIN is one of the
 * first `pins`, and so many are tried, with the hash already opened: without the pepper, then with it.
 */
export async function dumpDatabase(
  server: TestServer,
  { people, pins }: { people: number; pins: number },
): Promise<DumpFigures> {
  const enrolled = await enrollPeople(server, people, pins)
  await server.kill()
  const files = (await filesBelow(join(server.dataDir, 'db'))).filter(({ bytes }) => bytes.length > 0)
  const tables = await dumpTables(server.dataDir)
  const places = [...files, { name: 'tables', bytes: tables }]
  const { keys, reserved } = await withData(server.dataDir, async ({ stores }) => ({
    keys: await stores.applicationKeys.of(enrolled.applicationId),
    reserved: await stores.pins.reserve(enrolled.applicationId, [enrolled.facialId], 10),
  }))
  const turned = enrolled.templates.map((template) => keys.protect(enrolled.modelId, template).at(-1)!.vector)
  const { applicationId, pin, facialId } = enrolled
  if (reserved[0]?.subjectId !== facialId) throw new Error('The PIN is not stored')
  return {
    people,
    files: files.length,
    megabytes: files.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1e6,
    ...scanPlaces(places, tables, enrolled.templates, turned),
    leaks: findLeaks(places, enrolled.canaries),
    controls: findLeaks(places, enrolled.controls).length,
    triedPins: pins,
    pinsWithoutPepper: await guessPin(otherKeys(applicationId), reserved[0], pins, pin),
    pinsWithPepper: await guessPin(keys, reserved[0], pins, pin),
  }
}

async function enrollPeople(server: TestServer, people: number, pins: number): Promise<Enrolled> {
  const credentials = await server.admin.createApplication({ name: 'dump' })
  const { application_id: applicationId, public_id: publicId, secret_key: secretKey } = credentials
  await server.admin.changeSettings(applicationId, { pin_enroll: 'optional', pin_authenticate: 'always' })
  const widget = createSimulatedWidget(server.url, publicId)
  // Four digits, as an attacker would try them all.
  const pin = String(randomInt(Math.max(1, pins))).padStart(4, '0')
  await server.admin.changeSettings(applicationId, { reject_weak_pins: false })
  const persons = Array.from({ length: people }, (_, i) => syntheticPerson(i + 4000))
  const secrets: Record<string, string> = { 'secret key': secretKey, 'API key': credentials.faceio.api_key }
  const controls: Canary[] = []
  let [facialId, modelId] = ['', '']
  for (const [i, person] of persons.entries()) {
    const ceremony = await widget.begin('enroll')
    const payload = `payload-${randomBytes(12).toString('hex')}`
    const submission = { ...ceremony.submission(person), payload, ...(i === 0 ? { pin } : {}) }
    const outcome = await ceremony.submit(submission)
    if (outcome.status !== 'ok') throw new Error(JSON.stringify(outcome))
    if (i === 0) facialId = outcome.disclosed?.facial_id ?? ''
    modelId = ceremony.challenge.model_id
    secrets[`payload ${i}`] = payload
    secrets[`session token ${i}`] = ceremony.session.client_token
    secrets[`result code ${i}`] = outcome.result_code
    const name = `name-${randomBytes(12).toString('hex')}`
    await nameSubject(server, secretKey, outcome.disclosed?.facial_id ?? '', name)
    controls.push(textCanary(name, name))
  }
  const templates = persons.map((person) => faceLike(person))
  const canaries = [
    ...Object.entries(secrets).map(([name, text]) => textCanary(name, text)),
    textCanary('argon2 hash', '$argon2id$'),
  ]
  return { applicationId, modelId, templates, canaries, controls, facialId, pin }
}

async function nameSubject(server: TestServer, secretKey: string, facialId: string, name: string): Promise<void> {
  const headers = { authorization: `Bearer ${secretKey}`, 'content-type': 'application/json' }
  const init = { method: 'PATCH', headers, body: JSON.stringify({ name }) }
  const answer = await fetch(`${server.url}/v1/subjects/${facialId}`, init)
  if (!answer.ok) throw new Error(await answer.text())
}

/** Every row of every table, as text. */
async function dumpTables(dataDir: string): Promise<Buffer> {
  const tables = await runSql({ dataDir }, "select tablename as name from pg_tables where schemaname = 'public'")
  const each = tables.map(({ name }) => `select t::text as row from "${name}" as t`)
  const rows = await runSql({ dataDir }, each.join(' union all '))
  return Buffer.from(rows.map(({ row }) => String(row)).join('\n'))
}

/** The bytes, and the vectors that the tables' text spells. */
function scanPlaces(
  places: readonly Place[],
  tables: Buffer,
  plain: readonly Float32Array[],
  turned: readonly Float32Array[],
): Pick<DumpFigures, 'windows' | 'plainCosine' | 'turnedCosine'> {
  const texts = tables.toString().match(/\[-?\d[\d.,e-]{500,}\]/g) ?? []
  const written = texts.map((text) => new Uint8Array(Float32Array.from(JSON.parse(text) as number[]).buffer))
  const scans = [...places.map(({ bytes }) => bytes), ...written].map((bytes) => scanVectors(bytes, [plain, turned]))
  const largest = (set: number) => Math.max(0, ...scans.map(({ maxCosines }) => maxCosines[set]!))
  const windows = scans.reduce((sum, scan) => sum + scan.windows, 0)
  return { windows, plainCosine: largest(0), turnedCosine: largest(1) }
}

/** As whoever has the dump would make them up. */
const otherKeys = (applicationId: string): ApplicationKeys =>
  createApplicationKeys(applicationId, [
    { version: 0, use: 'find', protection: 'rotated', secret: randomBytes(32) },
    { version: firstVersion, use: 'all', protection: 'rotated', secret: randomBytes(32) },
  ])

/** @returns how many PINs were found: 1 where it is the right one */
async function guessPin(
  keys: ApplicationKeys,
  { subjectId, hash, pepperVersion }: ReservedPin,
  pins: number,
  right: string,
): Promise<number> {
  const concurrency = 4
  let found = 0
  for (let first = 0; first < pins; first += concurrency) {
    const guesses = Array.from({ length: Math.min(concurrency, pins - first) }, (_, i) =>
      String(first + i).padStart(4, '0'),
    )
    const fits = await Promise.all(
      guesses.map((guess) => argon2Hasher.verify(hash, keys.pepper(pepperVersion, subjectId, guess))),
    )
    found += guesses.filter((guess, i) => fits[i] === true && guess === right).length
  }
  return found
}
