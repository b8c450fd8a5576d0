import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { encodeBase64Url } from '@mien/shared/bytes'
import { MienError } from '@mien/shared/errors'
import { encodeTemplate } from '@mien/shared/template/format'
import { type ApplicationKeys, pepperAlone } from '../domain/application-keys.ts'
import type { Face, Gallery, ListedSubject, TemplateModel } from '../domain/model.ts'
import type { Clock, Database, Stores } from '../domain/ports.ts'
import { type EndLine, type ExportLine, maxUnopened, type PersonLine } from './export-lines.ts'

export interface ExportOptions {
  readonly database: Database
  readonly clock: Clock
  readonly model: Pick<TemplateModel, 'modelId' | 'dimension'>
  readonly applicationId: string
  /** Null: all of them. */
  readonly gallery: string | null
}

const batch = 250

/** What the two applications' tombstone keys are compared by: no facial id is this. */
export const tombstoneCheck = (keys: ApplicationKeys): string =>
  encodeBase64Url(keys.digest('tombstone', Buffer.from('mien-export')))

/**
 * Everybody of an application as lines of JSON, some at a time: opened and turned back, so that another installation can read them. As secret as
 * the master key. Who changes meanwhile is in it as before or as after; who is erased meanwhile is named at its end, as is a
 * template that is damaged and is not in it.
 *
 * @throws MienError NOT_FOUND
 */
export async function* exportPeople(options: ExportOptions): AsyncGenerator<string> {
  const hash = createHash('sha256')
  const write = (lines: readonly ExportLine[]): string => {
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
    hash.update(text)
    return text
  }
  const { database, applicationId, gallery } = options
  const { stores } = database
  const galleries = (await stores.galleries.list(applicationId)).filter(
    ({ name }) => gallery === null || name === gallery,
  )
  if (galleries.length === 0) throw new MienError('NOT_FOUND', { message: 'There is no such application or gallery' })
  await record(options)
  const keys = await stores.applicationKeys.of(applicationId)
  yield write([headerOf(options, keys), ...peppersOf(keys)])
  const exported: string[] = []
  const unopened: Unopened[] = []
  for (const one of galleries) {
    yield write([{ type: 'gallery', name: one.name }])
    for await (const { persons, damaged } of peopleOf(options, one)) {
      unopened.push(...damaged)
      exported.push(...persons.map((person) => person.facial_id))
      yield write(persons)
    }
  }
  const tombstones = (await stores.tombstones.list(applicationId)).map(toTombstone)
  if (gallery === null) yield write(tombstones)
  for await (const lines of erasedSince(exported, tombstones, keys)) yield write(lines)
  const named = unopened.length === 0 ? {} : { unopened: unopened.slice(0, maxUnopened) }
  const end: EndLine = { type: 'end', people: exported.length, ...named, sha256: hash.digest('hex') }
  yield `${JSON.stringify(end)}\n`
}

/** A template that is damaged. */
type Unopened = NonNullable<EndLine['unopened']>[number]

interface Exported {
  readonly persons: readonly PersonLine[]
  readonly damaged: readonly Unopened[]
}

type TombstoneLine = Extract<ExportLine, { type: 'tombstone' }>

const toTombstone = ({ digest, deletedAt }: { digest: Uint8Array; deletedAt: Date }): TombstoneLine => ({
  type: 'tombstone',
  digest: encodeBase64Url(digest),
  deleted_at: deletedAt.toISOString(),
})

/** By their ids: where the file goes, the digests may mean nothing. */
async function* erasedSince(
  exported: readonly string[],
  tombstones: readonly TombstoneLine[],
  keys: ApplicationKeys,
): AsyncGenerator<readonly ExportLine[]> {
  const times = new Map(tombstones.map(({ digest, deleted_at: at }) => [digest, at]))
  for (let first = 0; times.size > 0 && first < exported.length; first += batch) {
    const lines = exported.slice(first, first + batch).flatMap((id): ExportLine[] => {
      const at = times.get(encodeBase64Url(keys.digest('tombstone', Buffer.from(id))))
      return at === undefined ? [] : [{ type: 'erased', facial_id: id, deleted_at: at }]
    })
    if (lines.length > 0) yield lines
    // A million digests take seconds, in which a server answers others too.
    await setImmediate()
  }
}

const record = ({ database, clock, applicationId, gallery }: ExportOptions): Promise<void> =>
  database.stores.audit.append({
    applicationId,
    event: 'person_exported',
    outcome: gallery === null ? 'everybody' : 'gallery',
    subjectId: null,
    sessionId: null,
    at: clock.now(),
  })

const headerOf = ({ clock, model, applicationId, gallery }: ExportOptions, keys: ApplicationKeys): ExportLine => ({
  type: 'header',
  format: 'mien-export',
  version: 1,
  created_at: clock.now().toISOString(),
  application_id: applicationId,
  model_id: model.modelId,
  gallery,
  tombstone_check: tombstoneCheck(keys),
})

const peppersOf = ({ keys }: ApplicationKeys): readonly ExportLine[] =>
  keys
    .filter(({ use }) => use !== 'find')
    .map((key) => ({ type: 'pepper', version: key.version, key: encodeBase64Url(pepperAlone(key).secret) }))

/** In the order of their ids. */
async function* peopleOf(options: ExportOptions, { id: galleryId }: Gallery): AsyncGenerator<Exported> {
  const { database, applicationId } = options
  for (let afterId: string | undefined; ; ) {
    const after = afterId === undefined ? {} : { afterId }
    const listed = await database.stores.subjects.list(applicationId, { galleryId, ...after, limit: batch })
    // Of one moment each, as far as one person goes.
    yield await database.transaction((stores) => toLines(stores, options, galleryId, listed))
    afterId = listed.at(-1)?.id
    if (listed.length < batch) return
  }
}

async function toLines(
  stores: Stores,
  { applicationId, model }: ExportOptions,
  galleryId: string,
  listed: readonly ListedSubject[],
): Promise<Exported> {
  const keys = await stores.applicationKeys.of(applicationId)
  const ids = listed.map(({ id }) => id)
  const { modelId } = model
  const space = { applicationId, galleryId, modelId }
  const faces = bySubject(await stores.faces.ofSubjects(space, ids).catch(noneOpens))
  const pins = new Map((await stores.pins.read(applicationId, ids)).map((pin) => [pin.subjectId, pin]))
  const persons: PersonLine[] = []
  const damaged: Unopened[] = []
  for (const id of ids) {
    const subject = await stores.subjects.find(applicationId, id)
    // Erased since it was listed.
    if (subject === undefined) continue
    const pin = pins.get(id)
    const own = faces.get(id) ?? []
    const opened = new Set(own.map((face) => face.id))
    for (const face of await stores.faces.listOfSubject(applicationId, id)) {
      const isSought = face.modelId === modelId && face.galleryId === galleryId
      if (isSought && !opened.has(face.id)) damaged.push({ facial_id: id, face_id: face.id })
    }
    persons.push({
      type: 'person',
      facial_id: id,
      user_ref: subject.externalRef,
      name: subject.name,
      payload: subject.payload,
      created_at: subject.createdAt.toISOString(),
      last_seen_at: subject.lastSeenAt?.toISOString() ?? null,
      pin:
        pin === undefined
          ? null
          : { hash: pin.hash, pepper_version: pin.pepperVersion, set_at: pin.setAt.toISOString() },
      consents: (await stores.consents.list(applicationId, id)).map(toConsent).reverse(),
      faces: own.map((face) => ({
        face_id: face.id,
        template: encodeBase64Url(encodeTemplate({ modelId, vector: plainOf(keys, face, model.dimension) })),
      })),
    })
  }
  return { persons, damaged }
}

/** As where some open: those that do not are named. */
function noneOpens(error: unknown): readonly Face[] {
  if (error instanceof MienError && error.code === 'INTERNAL') return []
  throw error
}

function bySubject(faces: readonly Face[]): ReadonlyMap<string, readonly Face[]> {
  const found = new Map<string, Face[]>()
  for (const face of faces) found.set(face.subjectId, [...(found.get(face.subjectId) ?? []), face])
  return found
}

/** Without what it was filled up with to a power of two, and of unit length again: half precision took a little of it. */
function plainOf(keys: ApplicationKeys, face: Face, dimension: number): Float32Array {
  const plain = keys.turnBack(face.modelId, face).subarray(0, dimension)
  const norm = Math.hypot(...plain)
  return plain.map((value) => value / norm)
}

type StoredConsent = Awaited<ReturnType<Stores['consents']['list']>>[number]

const toConsent = (given: StoredConsent): PersonLine['consents'][number] => ({
  id: given.id,
  policy_version: given.policyVersion,
  text_sha256: given.textSha256,
  locale: given.locale,
  given_at: given.givenAt.toISOString(),
  method: given.method,
  recorded_at: given.recordedAt.toISOString(),
  withdrawn_at: given.withdrawnAt?.toISOString() ?? null,
  purpose: given.purpose,
})
