import { createHash } from 'node:crypto'
import { checkPayloadSize } from '@mien/shared/api/payload'
import { decodeBase64Url } from '@mien/shared/bytes'
import { MienError, toMienError } from '@mien/shared/errors'
import { decodeTemplate } from '@mien/shared/template/format'
import type { Application, TemplateModel } from '../domain/model.ts'
import type { Clock, Database, Stores } from '../domain/ports.ts'
import { type ErasedPerson, eraseDigests } from '../domain/reapply-erasures.ts'
import type { Subjects } from '../domain/subjects.ts'
import { rowId } from '../domain/tokens.ts'
import { parseStrictJson } from '../http/strict-json.ts'
import { type ExportLine, exportLine, type HeaderLine, maxLineBytes, type PersonLine } from './export-lines.ts'
import { tombstoneCheck } from './export-people.ts'
import { atLine, type NumberedLine, splitLines } from './split-lines.ts'

export interface ImportReport {
  readonly added: number
  /** They were there already, and stayed as they are. */
  readonly present: number
  /** They were erased here, and are not brought back. */
  readonly erased: number
  readonly pins: number
  readonly consents: number
  readonly faces: number
  /** People who were here, or came with this file, and whom it names as erased. */
  readonly removed: number
  readonly tombstones: number
  /** Tombstones that mean nothing under this application's key. */
  readonly foreignTombstones: number
}

export interface ImportOptions {
  readonly database: Database
  readonly subjects: Pick<Subjects, 'remove'>
  readonly clock: Clock
  readonly model: Pick<TemplateModel, 'modelId' | 'dimension'>
  /** Undefined: the one that was exported. */
  readonly applicationId?: string
  /** After each batch, which is committed. */
  readonly onProgress?: (report: ImportReport) => void
}

/** Committed together. */
const batchSize = 250

/**
 * Takes people that `exportPeople` wrote. Each batch is all or nothing; an import that broke off goes on when it is run again, and one that
 * was done changes nothing. Whom the file names as erased is erased here too, once all of it was read.
 *
 * @throws MienError with the line in its message: MODEL_MISMATCH, CONFLICT (a reference is taken), QUOTA_REACHED, UTF8_INVALID, JSON_INVALID,
 *   REQUEST_INVALID (not an export, cut, or not in order), BODY_TOO_LARGE (a line), and those of templates. What is before that batch stays
 */
export async function importPeople(chunks: AsyncIterable<Uint8Array>, options: ImportOptions): Promise<ImportReport> {
  const reader = createReader(options)
  const hash = createHash('sha256')
  for await (const line of splitLines(chunks, maxLineBytes)) {
    try {
      const parsed = parseLine(line)
      await reader.take(parsed, line.number, parsed.type === 'end' ? hash.digest('hex') : '')
    } catch (thrown) {
      const error = toMienError(thrown)
      throw error.details?.line === undefined ? atLine(line.number, error) : error
    }
    if (!reader.hasEnded()) hash.update(line.bytes).update('\n')
  }
  if (!reader.hasEnded())
    throw invalid('The file is cut short: it has no end. What it had is there; import the whole file to go on.')
  return reader.report()
}

function parseLine({ bytes }: NumberedLine): ExportLine {
  const parsed = exportLine.safeParse(parseStrictJson(bytes))
  if (parsed.success) return parsed.data
  const at = parsed.error.issues[0]?.path.join('.') ?? ''
  throw invalid(at === '' ? 'the line is none of an export' : `${at} is not what it should be`)
}

const invalid = (message: string): MienError => new MienError('REQUEST_INVALID', { message })

interface Waiting {
  readonly person: PersonLine
  readonly line: number
}

function createReader(options: ImportOptions) {
  const { database, clock, model } = options
  const { stores } = database
  const counts = {
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
  const peppers = new Map<number, number>()
  let application: Application | undefined
  let header: HeaderLine | undefined
  let gallery: { readonly id: string } | undefined
  let lastId = ''
  let people = 0
  let waiting: Waiting[] = []
  const buried: ErasedPerson[] = []
  let hasEnded = false

  const opened = (): Application => {
    if (application === undefined) throw invalid('the first line does not say what the file is')
    return application
  }

  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return
    const batch = waiting
    waiting = []
    const galleryId = gallery!.id
    const before = { ...counts }
    try {
      await database.transaction((within) =>
        writeBatch(within, { application: opened(), galleryId, batch, peppers, counts, clock, model }),
      )
    } catch (error) {
      Object.assign(counts, before)
      throw error
    }
    options.onProgress?.({ ...counts })
  }

  const begin = async (line: HeaderLine): Promise<void> => {
    if (header !== undefined) throw invalid('the file begins twice')
    if (line.model_id !== model.modelId) {
      throw new MienError('MODEL_MISMATCH', {
        message: `the templates are of ${line.model_id}, this server's model is ${model.modelId}`,
      })
    }
    header = line
    const id = options.applicationId ?? line.application_id
    application = await stores.applications.find(id)
    if (application === undefined) {
      throw new MienError('NOT_FOUND', { message: `there is no application ${id}: name one with --application` })
    }
  }

  const enter = async (name: string): Promise<void> => {
    const { id: applicationId } = opened()
    await flush()
    lastId = ''
    gallery = await database.transaction(async (within) => {
      await within.applications.lock(applicationId)
      const known = await within.galleries.findByName(applicationId, name)
      if (known !== undefined) return known
      const made = { applicationId, id: rowId(), name, createdAt: clock.now() }
      await within.galleries.insert(made)
      await within.audit.append({
        applicationId,
        event: 'gallery_created',
        outcome: 'imported',
        subjectId: null,
        sessionId: null,
        at: made.createdAt,
      })
      return made
    })
  }

  const bury = async ({ digest, deleted_at: at }: Extract<ExportLine, { type: 'tombstone' }>): Promise<void> => {
    const keys = await stores.applicationKeys.of(opened().id)
    if (header?.tombstone_check !== tombstoneCheck(keys)) counts.foreignTombstones += 1
    else buried.push({ digest: decodeBase64Url(digest), erasedAt: new Date(at) })
  }

  const buryById = async ({
    facial_id: id,
    deleted_at: at,
  }: Extract<ExportLine, { type: 'erased' }>): Promise<void> => {
    const keys = await stores.applicationKeys.of(opened().id)
    buried.push({ digest: keys.digest('tombstone', Buffer.from(id)), erasedAt: new Date(at) })
  }

  const erase = async (): Promise<void> => {
    const { people: removed, tombstones } = await eraseDigests(options, opened().id, buried)
    Object.assign(counts, { removed, tombstones })
  }

  return {
    report: (): ImportReport => ({ ...counts }),
    hasEnded: () => hasEnded,
    async take(line: ExportLine, number: number, sha256: string): Promise<void> {
      if (hasEnded) throw invalid('something follows the end')
      switch (line.type) {
        case 'header':
          return begin(line)
        case 'pepper': {
          const { id } = opened()
          const pepper = decodeBase64Url(line.key)
          peppers.set(
            line.version,
            await database.transaction((within) => within.applicationKeys.addPepper(id, pepper)),
          )
          return
        }
        case 'gallery':
          return enter(line.name)
        case 'person':
          if (gallery === undefined) throw invalid('a person comes before a gallery')
          // So that nobody is in it twice.
          if (line.facial_id <= lastId) throw invalid('people are not in the order of their ids, or one comes twice')
          lastId = line.facial_id
          people += 1
          waiting.push({ person: line, line: number })
          return waiting.length < batchSize ? undefined : flush()
        case 'tombstone':
          return bury(line)
        case 'erased':
          return buryById(line)
        case 'end':
          await flush()
          if (line.people !== people || line.sha256 !== sha256)
            throw invalid('the file was changed, or lacks something')
          // Not before: who is erased by a changed file does not come back.
          await erase()
          hasEnded = true
      }
    },
  }
}

interface Batch {
  readonly application: Application
  readonly galleryId: string
  readonly batch: readonly Waiting[]
  readonly peppers: ReadonlyMap<number, number>
  readonly counts: Record<keyof ImportReport, number>
  readonly clock: Clock
  readonly model: Pick<TemplateModel, 'modelId' | 'dimension'>
}

async function writeBatch(stores: Stores, work: Batch): Promise<void> {
  const { application, galleryId, batch } = work
  const quota = application.settings.max_subjects
  await (quota === null ? stores.applications.hold(application.id) : stores.applications.lock(application.id))
  await stores.galleries.lock(application.id, galleryId)
  for (const { person, line } of batch) {
    try {
      await writePerson(stores, work, person)
    } catch (thrown) {
      throw atLine(line, toMienError(thrown))
    }
  }
  if (quota !== null && (await stores.subjects.count(application.id)) > quota) throw new MienError('QUOTA_REACHED')
}

async function writePerson(stores: Stores, work: Batch, person: PersonLine): Promise<void> {
  const { application, galleryId, counts, clock } = work
  const { facial_id: id, payload } = person
  const applicationId = application.id
  const where = await stores.subjects.galleryOf(applicationId, id)
  if (where !== undefined) {
    if (where !== galleryId) throw new MienError('CONFLICT', { message: 'the person is in another gallery' })
    counts.present += 1
    return
  }
  const keys = await stores.applicationKeys.of(applicationId)
  if (await stores.tombstones.has(applicationId, keys.digest('tombstone', Buffer.from(id)))) {
    counts.erased += 1
    return
  }
  checkPayloadSize(JSON.stringify(payload))
  await stores.subjects.insert({
    applicationId,
    id,
    galleryId,
    externalRef: person.user_ref,
    name: person.name,
    payload,
    hasPin: person.pin !== null,
    createdAt: new Date(person.created_at),
    lastSeenAt: person.last_seen_at === null ? null : new Date(person.last_seen_at),
  })
  await writePin(stores, work, person)
  await writeConsents(stores, work, person)
  await writeFaces(stores, work, person)
  await stores.audit.append({
    applicationId,
    event: 'subject_created',
    outcome: 'imported',
    subjectId: id,
    sessionId: null,
    at: clock.now(),
  })
  counts.added += 1
}

async function writePin(stores: Stores, { application, peppers, counts }: Batch, person: PersonLine): Promise<void> {
  const { pin, facial_id: id } = person
  if (pin === null) return
  const pepperVersion = peppers.get(pin.pepper_version)
  if (pepperVersion === undefined) throw invalid('the PIN lacks its pepper')
  // Whether it is unique cannot be told by its hash: that counts once it is set again.
  await stores.pins.put(application.id, id, { hash: pin.hash, pepperVersion, uniqueDigest: null }, new Date(pin.set_at))
  counts.pins += 1
}

async function writeConsents(stores: Stores, { application, counts }: Batch, person: PersonLine): Promise<void> {
  for (const each of person.consents) {
    await stores.consents.insert({
      applicationId: application.id,
      id: each.id,
      subjectId: person.facial_id,
      policyVersion: each.policy_version,
      textSha256: each.text_sha256,
      locale: each.locale,
      givenAt: new Date(each.given_at),
      method: each.method,
      recordedAt: new Date(each.recorded_at),
      withdrawnAt: each.withdrawn_at === null ? null : new Date(each.withdrawn_at),
      purpose: each.purpose,
    })
    counts.consents += 1
  }
}

async function writeFaces(stores: Stores, work: Batch, person: PersonLine): Promise<void> {
  const { application, galleryId, model, counts } = work
  const keys = await stores.applicationKeys.of(application.id)
  for (const { face_id: id, template } of person.faces) {
    const { vector } = decodeTemplate(decodeBase64Url(template), model)
    const turned = keys.protect(model.modelId, vector).at(-1)!
    await stores.faces.insert({
      applicationId: application.id,
      galleryId,
      id,
      subjectId: person.facial_id,
      modelId: model.modelId,
      ...turned,
    })
    counts.faces += 1
  }
}
