/**
 * What the core asks of storage. Every method is scoped by application, so that a query without a tenant cannot be written. Whoever takes
 * locks, or writes, in a transaction does so in the order of rule ST19.
 */
import type { ApplicationSettings, CredentialKind } from '@mien/shared/api/applications'
import type { DeviceStatus } from '@mien/shared/api/devices'
import type { JsonValue } from '@mien/shared/api/fields'
import type { SearchEngine } from '@mien/shared/api/galleries'
import type { ApplicationKeys, SealedPlace, TemplateProtection, TurnedTemplate } from './application-keys.ts'
import type { AttemptStore } from './attempts.ts'
import type { ChainedRecord, Seal, StoredLink } from './audit-chain.ts'
import type {
  Application,
  AuditRecord,
  Authenticator,
  Challenge,
  Client,
  Consent,
  Credential,
  Device,
  Digest,
  Face,
  FaceSpace,
  Gallery,
  ListedSubject,
  Passkey,
  PasskeyChallenge,
  PendingSubmission,
  Result,
  Reveal,
  Session,
  SessionPhoto,
  Subject,
} from './model.ts'
import type { OfflineStore } from './offline/offline-store.ts'
import type { RateWindowStore } from './rate-windows.ts'
import type { DeliveryStore, WebhookStore } from './webhook-ports.ts'

export interface ApplicationStore {
  insert(application: Application): Promise<void>
  find(id: string): Promise<Application | undefined>
  findByPublicId(publicId: string): Promise<Application | undefined>
  list(): Promise<readonly Application[]>
  updateSettings(id: string, settings: ApplicationSettings): Promise<void>
  /** Whoever counts the whole application takes turns until the end of the transaction; taken before a gallery's lock. */
  lock(id: string): Promise<void>
  /**
   * Nobody deletes it until the end of the transaction. The first lock of one that writes to what belongs to it: deleting starts
   * with the application and goes on to its parts, so whoever held a part and then referred to the application would wait for ever.
   */
  hold(id: string): Promise<void>
  /** Everything that belongs to it goes with it. @returns whether it was there */
  remove(id: string): Promise<boolean>
  /** Whether any application lists this origin, or lists none and so takes all: what a CORS preflight can know. `null` is an origin here. */
  someAllowsOrigin(origin: string): Promise<boolean>
}

/** An application and a credential of it. */
export interface CredentialHolder {
  readonly application: Application
  readonly credential: Credential
}

export interface CredentialStore {
  /** Replaces the credential of the same kind and name. */
  put(credential: Credential): Promise<void>
  find(applicationId: string, id: string): Promise<Credential | undefined>
  findByName(applicationId: string, kind: CredentialKind, name: string): Promise<Credential | undefined>
  /** In one query, since every request of a backend begins with it. */
  findByDigest(kind: CredentialKind, digest: Digest): Promise<CredentialHolder | undefined>
  /** Oldest first. */
  list(applicationId: string): Promise<readonly Credential[]>
  /** @returns whether it was there */
  remove(applicationId: string, id: string): Promise<boolean>
}

/** How a gallery is to be searched. */
export interface SearchChoice {
  readonly searchEngine: SearchEngine
  /** Candidates that a search of its graph keeps, 1..1000; null: the default. */
  readonly hnswEfSearch: number | null
}

export interface GalleryCount extends Gallery, SearchChoice {
  readonly subjects: number
}

export interface GalleryStore {
  /** @throws MienError CONFLICT when the name is taken */
  insert(gallery: Gallery): Promise<void>
  find(applicationId: string, id: string): Promise<Gallery | undefined>
  findByName(applicationId: string, name: string): Promise<Gallery | undefined>
  list(applicationId: string): Promise<readonly GalleryCount[]>
  /** Only what is given changes. */
  choose(applicationId: string, id: string, choice: Partial<SearchChoice>): Promise<void>
  /** With everyone in it. @returns whether it was there */
  remove(applicationId: string, id: string): Promise<boolean>
  /**
   * Changes of the gallery's faces are held after this one: whoever followed them only to an earlier one has missed some, and reads all faces
   * anew. 0 while none was forgotten.
   */
  changesFloor(applicationId: string, id: string): Promise<bigint | undefined>
  /** Makes writers of one gallery take turns until the transaction ends: two enrolments of one person cannot miss each other. */
  lock(applicationId: string, id: string): Promise<void>
}

export interface SubjectPage {
  readonly galleryId?: string
  /** Only people who have a face. */
  readonly withFace?: boolean
  readonly externalRef?: string
  /** Id of the last subject of the page before. */
  readonly afterId?: string
  readonly limit: number
}

export interface SubjectChanges {
  readonly name?: string
  readonly externalRef?: string | null
}

export interface SubjectStore {
  /** @throws MienError CONFLICT when the external reference is taken in the gallery */
  insert(subject: Omit<Subject, 'number'>): Promise<void>
  find(applicationId: string, id: string): Promise<Subject | undefined>
  /** The gallery that somebody is in, without opening anything of theirs: also what is damaged can be erased. */
  galleryOf(applicationId: string, id: string): Promise<string | undefined>
  /** Those of them that are there, in any order. */
  findAll(applicationId: string, ids: readonly string[]): Promise<readonly ListedSubject[]>
  findByRef(applicationId: string, galleryId: string, externalRef: string): Promise<Subject | undefined>
  /** Ordered by id. */
  list(applicationId: string, page: SubjectPage): Promise<readonly ListedSubject[]>
  /** Ids of those who came last, newest first. */
  newest(applicationId: string, limit: number): Promise<readonly string[]>
  count(applicationId: string): Promise<number>
  /** @returns whether it was there. @throws MienError CONFLICT when the external reference is taken in the gallery */
  update(applicationId: string, id: string, changes: SubjectChanges): Promise<boolean>
  /** @returns whether it was there */
  updatePayload(applicationId: string, id: string, payload: JsonValue): Promise<boolean>
  /** Until the end of the transaction nobody deletes who was seen. @returns whether it was still there */
  seen(applicationId: string, id: string, at: Date): Promise<boolean>
  /** As `seen`, of one who was not. */
  hold(applicationId: string, id: string): Promise<boolean>
  /** With its faces and PIN, and a change for each face. */
  remove(applicationId: string, id: string): Promise<void>
}

export interface FaceStore {
  /** Also appends to the gallery's change feed. */
  insert(face: Face): Promise<void>
  /** With a change for each. @returns how many there were */
  removeOfSubject(applicationId: string, subjectId: string): Promise<number>
  /** @returns whether the subject had it */
  remove(applicationId: string, subjectId: string, id: string): Promise<boolean>
  /** Of any model, oldest first, without their vectors. */
  listOfSubject(applicationId: string, subjectId: string): Promise<readonly Omit<Face, 'vector'>[]>
  countAll(applicationId: string): Promise<number>
  count(space: FaceSpace): Promise<number>
  /**
   * The stored vectors of these subjects, of any key version, read now: what an index answer is checked against. A sealed one that does
   * not open is left out.
   *
   * @throws MienError INTERNAL when none of those that are there opens
   */
  ofSubjects(space: FaceSpace, subjectIds: readonly string[]): Promise<readonly Face[]>
  /**
   * As `ofSubjects`, of whom somebody claims to be. Where they have none, one of somebody else is read and opened instead, and left out: time
   * does not tell whether they are there.
   *
   * @throws MienError INTERNAL as `ofSubjects`
   */
  ofClaimed(space: FaceSpace, subjectId: string): Promise<readonly Face[]>
}

export interface NearestQuery extends FaceSpace {
  /** Only faces of this version are searched. */
  readonly keyVersion: number
  /** Rotated unit vector. */
  readonly vector: Float32Array
  readonly limit: number
  /** Faces of the model in the gallery, where they were counted just now. */
  readonly gallerySize?: number
}

export interface IndexHit {
  readonly subjectId: string
  /** Cosine as the index sees it: a hint for ranking, recomputed on live rows. */
  readonly score: number
}

/** Search inside one gallery. May be stale; may not miss a neighbour that has been there for long. */
export interface TemplateIndex {
  /** Best first, at most `limit` faces; a subject may appear more than once. */
  nearest(query: NearestQuery): Promise<readonly IndexHit[]>
}

/** What searches a gallery: pgvector, exact; this process's memory, exact; the gallery's own graph; or templates that were opened in memory. */
export type EngineName = 'database' | 'memory' | 'hnsw' | 'sealed'

/**
 * Why: `chosen` for the gallery; `sealed`: the application's templates are; `small`: the database is as fast; `fits` into memory. Otherwise it
 * is not in memory: `idle`, because nobody searched it since it was last thrown out or the process started; because it is `loading`; it is
 * `too_large`; galleries that are searched have the memory (`waiting`); loading `failed`; the engine is `off`. `no_graph`: the graph that it
 * was to be searched by is not there.
 */
export type EngineReason =
  | 'chosen'
  | 'sealed'
  | 'small'
  | 'fits'
  | 'idle'
  | 'loading'
  | 'too_large'
  | 'waiting'
  | 'failed'
  | 'off'
  | 'no_graph'

/** How this process searches a gallery now. */
export interface GalleryEngine {
  readonly engine: EngineName
  readonly reason: EngineReason
  /** Of the model. */
  readonly faces: number
  /** Memory of this process. */
  readonly bytes: number
}

/** `broken`: building it was interrupted, and it is not searched. */
export type GraphState = 'ready' | 'building' | 'broken'

/** In the database, for approximate search of one gallery. */
export interface GalleryGraph {
  readonly state: GraphState
  /** On the database's disk. */
  readonly bytes: number
}

/** Memory of this process for galleries that are searched in it. */
export interface SearchMemory {
  readonly usedBytes: number
  readonly maxBytes: number
  /** That are searched in it. */
  readonly galleries: number
  /** Galleries that were loaded, loads that failed, and galleries that made room, since the process started. */
  readonly loads: number
  readonly failures: number
  readonly evictions: number
}

export interface SessionStore {
  insert(session: Session): Promise<void>
  findByToken(digest: Digest): Promise<Session | undefined>
  find(applicationId: string, id: string): Promise<Session | undefined>
  /** Counts one more try if fewer than `max` were made; atomic. */
  reserveTry(applicationId: string, id: string, kind: 'face' | 'pin', max: number): Promise<boolean>
  /** Leaves no try of either kind: a session that was granted something grants nothing else. */
  useUp(applicationId: string, id: string): Promise<void>
  isUsedUp(applicationId: string, id: string): Promise<boolean>
  /** Until the end of the transaction nobody removes it. Before the person who was granted something in it is held. @returns whether it is there */
  hold(applicationId: string, id: string): Promise<boolean>
  /** Until the end of the transaction nobody else decides in it. @returns whether it is there and granted nothing yet */
  holdUnused(applicationId: string, id: string): Promise<boolean>
  /** Ends it then, sooner or later than it would have. @returns whether it was there */
  expire(applicationId: string, id: string, at: Date): Promise<boolean>
  /** With its challenges, results, photograph and kept picture. @returns whether it was there */
  remove(applicationId: string, id: string): Promise<boolean>
}

/** Photographs that sessions were opened with, as templates. */
export interface SessionPhotoStore {
  insert(photo: SessionPhoto): Promise<void>
  find(applicationId: string, sessionId: string): Promise<SessionPhoto | undefined>
}

export interface KeptImage {
  readonly picture: Uint8Array
  readonly createdAt: Date
}

export interface KeptImageOwner {
  readonly applicationId: string
  readonly kind: 'subject' | 'session'
  readonly id: string
}

/** One picture an owner, sealed for that owner. */
export interface KeptImageStore {
  /** Replaces the owner's. */
  put(owner: KeptImageOwner, picture: Uint8Array, now: Date): Promise<void>
  find(applicationId: string, ownerId: string): Promise<KeptImage | undefined>
  /** @returns whether there was one */
  remove(applicationId: string, ownerId: string): Promise<boolean>
  removeAll(applicationId: string): Promise<void>
}

export interface AuthenticatorStore {
  /** @throws MienError CONFLICT when the subject has one */
  insert(authenticator: Authenticator): Promise<void>
  find(applicationId: string, id: string): Promise<Authenticator | undefined>
  findBySubject(applicationId: string, subjectId: string): Promise<Authenticator | undefined>
  findBySession(applicationId: string, sessionId: string): Promise<Authenticator | undefined>
  /** @returns whether it was there */
  update(
    applicationId: string,
    id: string,
    changes: Partial<Pick<Authenticator, 'status' | 'expiresAt' | 'sessionId'>>,
  ): Promise<boolean>
  /** @returns whether it was there */
  remove(applicationId: string, id: string): Promise<boolean>
}

export interface IdempotentRequest {
  readonly requestDigest: Digest
  /** Null while the first request is being answered. */
  readonly answer: string | null
  readonly createdAt: Date
}

/** Requests that began before these moments do not count any more. */
export interface StaleRequests {
  readonly unansweredSince: Date
  readonly answeredSince: Date
}

/** Requests that may come again, and what was answered. */
export interface IdempotencyStore {
  /** True for exactly one caller, and again once what is there is stale. */
  begin(
    applicationId: string,
    keyDigest: Digest,
    requestDigest: Digest,
    now: Date,
    stale: StaleRequests,
  ): Promise<boolean>
  find(applicationId: string, keyDigest: Digest): Promise<IdempotentRequest | undefined>
  /** Does nothing when another try has begun since. @param startedAt of `begin` @returns whether it did */
  finish(applicationId: string, keyDigest: Digest, startedAt: Date, answer: string): Promise<boolean>
  /** The request came to nothing: it may be tried again. Does nothing when another try has begun since, or there is an answer. */
  forget(applicationId: string, keyDigest: Digest, startedAt: Date): Promise<void>
}

/** Everything that a challenge is bound to. */
export type ChallengeBinding = Omit<
  Challenge,
  'expiresAt' | 'usedAt' | 'script' | 'captureScript' | 'commitsCrops' | 'deviceKeyId'
>

/** What a challenge asked for, once it is spent. */
export type SpentChallenge = Pick<Challenge, 'script' | 'captureScript' | 'commitsCrops' | 'deviceKeyId' | 'expiresAt'>

export interface ChallengeStore {
  insert(challenge: Challenge): Promise<void>
  /** Of a session, used ones too. */
  count(applicationId: string, sessionId: string): Promise<number>
  find(applicationId: string, id: string): Promise<Challenge | undefined>
  /** One conditional update: for exactly one caller, and only if everything fits and it has not expired. Else undefined. */
  consume(binding: ChallengeBinding, now: Date): Promise<SpentChallenge | undefined>
  /** Takes back what the same transaction consumed. */
  release(applicationId: string, id: string): Promise<void>
  /** Asks for the pictures of what was submitted on it. */
  askReveal(applicationId: string, id: string, digest: Digest, until: Date): Promise<void>
  /** Undefined where nothing was asked for. */
  findReveal(applicationId: string, id: string): Promise<Reveal | undefined>
  /** True for exactly one caller. */
  takeReveal(applicationId: string, id: string, now: Date): Promise<boolean>
  /** Takes, for exactly one caller, what was asked for in sessions that are over, in any application, and never came. */
  takeMissedReveals(
    now: Date,
    limit: number,
  ): Promise<readonly { readonly applicationId: string; readonly sessionId: string }[]>
}

/** A template that somebody was recognised by. */
export interface RecentProbe extends TurnedTemplate {
  readonly applicationId: string
  readonly id: string
  readonly subjectId: string
  readonly modelId: string
  readonly at: Date
}

export interface RecentProbeStore {
  /** Of its subject the newest `keep` stay. They go with the subject's faces. */
  insert(probe: RecentProbe, keep: number): Promise<void>
  /** Of any key version. */
  ofSubjects(applicationId: string, modelId: string, subjectIds: readonly string[]): Promise<readonly RecentProbe[]>
}

/** Keys of people's devices. */
export interface DeviceStore {
  insert(device: Device): Promise<void>
  /** All rows of one key, whoever's they are and however they stand. */
  findAll(applicationId: string, keyId: string): Promise<readonly Device[]>
  /** Oldest first. */
  listOfSubject(applicationId: string, subjectId: string): Promise<readonly Device[]>
  setStatus(applicationId: string, id: string, status: DeviceStatus): Promise<void>
  /** @returns whether it is active */
  used(applicationId: string, id: string, at: Date): Promise<boolean>
  /** Until the end of the transaction nobody else draws for what this key signed. */
  lockDraws(applicationId: string, keyId: string): Promise<void>
  /** As which of its people this key signed what pictures were asked for, and none have come since that were right. */
  owingReveal(applicationId: string, keyId: string): Promise<readonly string[]>
  /** Of the rows that these subjects have of the key. */
  setOwesReveal(applicationId: string, keyId: string, subjectIds: readonly string[], owes: boolean): Promise<void>
  remove(applicationId: string, id: string): Promise<void>
}

export interface PasskeyStore {
  /** @throws MienError CONFLICT when the application knows the credential */
  insert(passkey: Passkey): Promise<void>
  findByCredential(applicationId: string, credentialId: string): Promise<Passkey | undefined>
  /** Oldest first. */
  listOfSubject(applicationId: string, subjectId: string): Promise<readonly Passkey[]>
  /** Which of these subjects have one for this site. */
  having(applicationId: string, subjectIds: readonly string[], relyingParty: string): Promise<readonly string[]>
  /** Writes a use down, unless the authenticator's counter did not go on. @returns whether it did, and the passkey is still there */
  used(applicationId: string, id: string, signCount: number, at: Date): Promise<boolean>
  /** @returns whether the subject had it */
  remove(applicationId: string, subjectId: string, id: string): Promise<boolean>
}

/** Everything that a passkey's challenge is bound to. */
export type PasskeyChallengeBinding = Omit<PasskeyChallenge, 'challenge' | 'expiresAt' | 'usedAt'>

export interface PasskeyChallengeStore {
  insert(challenge: PasskeyChallenge): Promise<void>
  /** Of a session, used ones too. */
  count(applicationId: string, sessionId: string): Promise<number>
  /** One conditional update: for exactly one caller, and only if everything fits and it has not expired. @returns what had to be signed */
  consume(binding: PasskeyChallengeBinding, now: Date): Promise<string | undefined>
}

export interface PendingStore {
  insert(pending: PendingSubmission): Promise<void>
  find(applicationId: string, id: string): Promise<PendingSubmission | undefined>
  /** True for exactly one caller. */
  finish(applicationId: string, id: string, now: Date): Promise<boolean>
}

export interface ResultStore {
  insert(result: Result): Promise<void>
  findByCode(applicationId: string, digest: Digest): Promise<Result | undefined>
  /** What a session granted: it grants once. */
  findBySession(applicationId: string, sessionId: string): Promise<Result | undefined>
  /** True for exactly one caller, before it expires, and not once it was ended. */
  redeem(applicationId: string, digest: Digest, now: Date): Promise<boolean>
  /** All that this person was granted so far is worth nothing from now on. Within a transaction that holds the person. */
  endOfSubject(applicationId: string, subjectId: string, at: Date): Promise<void>
}

/** Whose PIN it is, and which of theirs. */
export interface PinOwner {
  readonly subjectId: string
  readonly setAt: Date
}

export interface ReservedPin extends PinOwner {
  readonly hash: string
  /** Version of the key that peppered it. */
  readonly pepperVersion: number
}

export interface StoredPin {
  readonly hash: string
  readonly pepperVersion: number
  /** Keyed digest of the PIN, where an application wants PINs to be unique; else null. */
  readonly uniqueDigest: Digest | null
}

export interface PinStore {
  /** @throws MienError PIN_NOT_UNIQUE when somebody else in the application has this digest; OVERLOADED when its pepper is gone */
  put(applicationId: string, subjectId: string, pin: StoredPin, now: Date): Promise<void>
  isTaken(applicationId: string, uniqueDigest: Digest): Promise<boolean>
  /** Forgets the digests of all PINs of an application. */
  forgetDigests(applicationId: string): Promise<void>
  /** @returns whether there was one */
  remove(applicationId: string, subjectId: string): Promise<boolean>
  /** Which of these subjects have a PIN. */
  having(applicationId: string, subjectIds: readonly string[]): Promise<readonly string[]>
  /** Their hashes, whether a try is left or not, without taking one: for whoever moves them. */
  read(applicationId: string, subjectIds: readonly string[]): Promise<readonly ReservedPin[]>
  /** Takes one try of each subject that has any left, atomically, and hands out their hashes. */
  reserve(applicationId: string, subjectIds: readonly string[], max: number): Promise<readonly ReservedPin[]>
  /**
   * After the right PIN: its own tries start again, and one is given back to each of those who turned out not to be meant.
   *
   * @returns whether it is still the PIN that was reserved; else nothing happens
   */
  settle(applicationId: string, right: PinOwner, others: readonly PinOwner[]): Promise<boolean>
}

export interface ConsentStore {
  insert(consent: Consent & { readonly withdrawnAt?: Date | null }): Promise<void>
  /** The newest to being enrolled that was not withdrawn. */
  find(applicationId: string, subjectId: string): Promise<Consent | undefined>
  /** Newest first, withdrawn ones too. */
  list(applicationId: string, subjectId: string): Promise<readonly (Consent & { readonly withdrawnAt: Date | null })[]>
  /** @param purpose default: all of them */
  withdraw(applicationId: string, subjectId: string, now: Date, purpose?: Consent['purpose']): Promise<void>
}

export interface AuditPage {
  readonly subjectId?: string
  /** Id of the last record of the page before. */
  readonly beforeId?: string
  readonly limit: number
}

export interface AuditStore {
  append(record: AuditRecord): Promise<void>
  /**
   * What came of comparing a probe with faces of one subject, together with the look at which of them are still there: in one statement,
   * so that nobody is named, or written down, whose faces went meanwhile.
   *
   * @returns the ids of those that are there; where there is none, nothing was written
   */
  appendVerification(
    record: Pick<AuditRecord, 'applicationId' | 'at'> & { readonly subjectId: string },
    compared: readonly { readonly faceId: string; readonly isMatch: boolean }[],
  ): Promise<ReadonlySet<string>>
  /** Newest first. */
  list(applicationId: string, page: AuditPage): Promise<readonly (AuditRecord & { readonly id: string })[]>
  countReveals(applicationId: string): Promise<RevealCounts>
}

/** Spot checks of an application. */
export interface RevealCounts {
  readonly asked: number
  /** Of those that were asked for, never sent. */
  readonly missed: number
}

/** A key of a person's device, without the key. */
export type DeviceFacts = Pick<Device, 'keyId' | 'label' | 'status' | 'createdAt' | 'lastUsedAt'>

/** A passkey, without the key. */
export interface PasskeyFacts {
  readonly credentialId: string
  readonly relyingParty: string
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
}

/** What belongs to people, over all tables. */
export interface PersonStore {
  /** Every table that may hold something of a person that goes with them, and how much it does. */
  remains(applicationId: string, id: string): Promise<readonly { readonly table: string; readonly rows: number }[]>
  devicesOf(applicationId: string, id: string): Promise<readonly DeviceFacts[]>
  passkeysOf(applicationId: string, id: string): Promise<readonly PasskeyFacts[]>
  /** Who came before this moment, and neither signed in nor was found by a comparison since. */
  unseen(applicationId: string, before: Date, limit: number): Promise<readonly string[]>
  isUnseen(applicationId: string, id: string, before: Date): Promise<boolean>
}

/** Until when people whose time was over were looked for. */
export interface RetentionSweepStore {
  /** By the clock of the server that did; undefined: nobody has yet. */
  last(): Promise<Date | undefined>
  note(at: Date): Promise<void>
}

/** The chains that show whether the audit log was tampered with. They outlive their applications. */
export interface AuditChainStore {
  /** Whoever seals one application's records takes turns until the end of the transaction. Keeps the key where there is none yet. */
  lock(applicationId: string, sealedKey: Uint8Array): Promise<void>
  findKey(applicationId: string): Promise<Uint8Array | undefined>
  /** Applications that have a chain. */
  list(): Promise<readonly string[]>
  /** Applications whose newest record has no seal. */
  waiting(): Promise<readonly string[]>
  /** The newest link. */
  last(applicationId: string): Promise<Seal | undefined>
  /** Oldest first, from this id on. */
  unsealed(applicationId: string, fromId: string, limit: number): Promise<readonly ChainedRecord[]>
  /** The first one without a seal below this id. */
  unsealedBefore(applicationId: string, id: string): Promise<string | undefined>
  append(applicationId: string, seals: readonly Seal[]): Promise<void>
  /** In their order. */
  links(applicationId: string, afterSeq: number, limit: number): Promise<readonly StoredLink[]>
  /** Records. */
  count(applicationId: string): Promise<number>
}

export interface DigestStore {
  /** Remembers digests of templates. @returns those that were new */
  remember(applicationId: string, digests: readonly Digest[], now: Date): Promise<readonly Digest[]>
  /** Whether all of these are remembered. */
  hasAll(applicationId: string, digests: readonly Digest[]): Promise<boolean>
  /** As if they had never been sent. */
  forget(applicationId: string, digests: readonly Digest[]): Promise<void>
}

export interface TombstoneStore {
  put(applicationId: string, digest: Digest, now: Date): Promise<void>
  /** As `put`, of any number. */
  putAll(applicationId: string, all: readonly { readonly digest: Digest; readonly erasedAt: Date }[]): Promise<void>
  has(applicationId: string, digest: Digest): Promise<boolean>
  /** @returns when; undefined: never */
  find(applicationId: string, digest: Digest): Promise<Date | undefined>
  list(applicationId: string): Promise<readonly { readonly digest: Digest; readonly deletedAt: Date }[]>
  /** Everybody, and every application (digest null), that was erased at this moment or later; undefined: ever. */
  erasedSince(
    since: Date | undefined,
  ): Promise<readonly { readonly applicationId: string; readonly digest: Digest | null; readonly erasedAt: Date }[]>
}

/** How often an application was called in a dialect. */
export interface ApiCallStore {
  /** One more; atomic. */
  add(applicationId: string, dialect: string): Promise<void>
  count(applicationId: string, dialect: string): Promise<number>
  list(applicationId: string): Promise<readonly { readonly dialect: string; readonly calls: number }[]>
}

export interface SealedKey {
  readonly keyId: string
  /** Its place in the order in which keys were made. */
  readonly slot: number
  readonly sealed: Uint8Array
  readonly createdAt: Date
}

export interface SigningKeyStore {
  /** Oldest first, without those that were retired. */
  list(): Promise<readonly SealedKey[]>
  /** False, and nothing happens, when the place is taken: another process was first. */
  insert(key: SealedKey): Promise<boolean>
  /** Forgets what they sign with. */
  retire(keyIds: readonly string[]): Promise<void>
}

export interface RenewedRows {
  readonly moved: number
  /** Rows that do not open: they stay as they are. */
  readonly damaged: readonly SealedPlace[]
}

/** Keys of applications. They come with the application and go with it. */
export interface ApplicationKeyStore {
  /**
   * As they are now. In a transaction that holds the application, or wrote a row that refers to it, no version comes after this.
   *
   * @throws MienError NOT_FOUND
   */
  of(applicationId: string): Promise<ApplicationKeys>
  /** Of the templates that a version turned; it never changes. Undefined where there is no such version. */
  protectionOf(applicationId: string, version: number): Promise<TemplateProtection | undefined>
  /**
   * Waits for all who hold the application, and keeps others out until the end of the transaction. The first lock of one that adds
   * a version and changes the application itself.
   *
   * @throws MienError NOT_FOUND
   */
  exclude(applicationId: string): Promise<void>
  /**
   * Adds a version, after everybody who holds the application. Within a transaction.
   *
   * @param protection of the templates that it turns; else as the version before
   * @throws MienError NOT_FOUND, CONFLICT when it has the last
   */
  add(applicationId: string, protection?: TemplateProtection): Promise<void>
  /**
   * Takes a pepper from elsewhere, for PINs that were hashed with it. Within a transaction, after everybody who holds the application.
   *
   * @returns its version here; that of the same pepper, where there is one
   */
  addPepper(applicationId: string, pepper: Uint8Array): Promise<number>
  /** Applications with more than one version that turns templates: what replaces their keys was interrupted. */
  unfinished(): Promise<readonly string[]>
  /**
   * Moves at most so many rows to the newest version, within a transaction.
   *
   * @param damaged rows that are known not to open, and are passed over
   */
  renew(applicationId: string, limit: number, damaged: readonly SealedPlace[]): Promise<RenewedRows>
  /**
   * Destroys older versions under which nothing lies; of one that PINs still hang on the pepper is left. Within a transaction, after
   * everybody who holds the application. @returns whether all are done with
   */
  retire(applicationId: string): Promise<boolean>
}

export interface SavepointStore {
  /** What fails within is undone alone, and the transaction goes on. */
  run<T>(work: (stores: Stores) => Promise<T>): Promise<T>
}

export interface Stores {
  readonly applications: ApplicationStore
  readonly applicationKeys: ApplicationKeyStore
  readonly credentials: CredentialStore
  readonly galleries: GalleryStore
  readonly subjects: SubjectStore
  readonly people: PersonStore
  readonly faces: FaceStore
  readonly index: TemplateIndex
  readonly sessions: SessionStore
  readonly sessionPhotos: SessionPhotoStore
  readonly keptImages: KeptImageStore
  readonly authenticators: AuthenticatorStore
  readonly idempotency: IdempotencyStore
  readonly challenges: ChallengeStore
  readonly devices: DeviceStore
  readonly recentProbes: RecentProbeStore
  readonly attempts: AttemptStore
  readonly passkeys: PasskeyStore
  readonly passkeyChallenges: PasskeyChallengeStore
  readonly pending: PendingStore
  readonly results: ResultStore
  readonly pins: PinStore
  readonly consents: ConsentStore
  readonly audit: AuditStore
  readonly auditChains: AuditChainStore
  readonly digests: DigestStore
  readonly tombstones: TombstoneStore
  readonly retentionSweeps: RetentionSweepStore
  readonly apiCalls: ApiCallStore
  readonly signingKeys: SigningKeyStore
  readonly rateWindows: RateWindowStore
  readonly webhooks: WebhookStore
  readonly deliveries: DeliveryStore
  readonly offline: OfflineStore
  readonly savepoints: SavepointStore
}

/**
 * What may be a little old: figures and lists for people who look at them. Nothing here is what a decision, a session, a nonce, a lockout,
 * a revocation or the look for whoever was deleted goes by; such a read cannot be given a standby, because it has none of these methods.
 */
export interface ReadStores {
  readonly subjects: Pick<SubjectStore, 'list' | 'count' | 'newest'>
  readonly faces: Pick<FaceStore, 'countAll'>
  readonly apiCalls: Pick<ApiCallStore, 'count' | 'list'>
  readonly audit: Pick<AuditStore, 'list' | 'countReveals'>
}

export interface ResealedKeys {
  readonly resealed: number
  /** What they are sealed for. */
  readonly damaged: readonly string[]
}

/** What a process keeps in memory, or waits for: webhooks to be sent, the keys that sign. */
export type ChangeKind = 'deliveries' | 'signing_keys'

/** Connections of this process to its database. */
export interface ConnectionFigures {
  /** That are open. */
  readonly connections: number
  readonly inUse: number
  /** Who waits for one. */
  readonly waiting: number
}

export interface Database {
  /** Whether a gallery can have a graph of its own in it: not in the embedded one, where building and writing it takes too long. */
  readonly hasGraphs: boolean
  /** Each call commits by itself. */
  readonly stores: Stores
  /** From a standby where there is one that is not too far behind. */
  readonly reads: ReadStores
  /** All or nothing; only the stores that it hands over belong to it. Reads committed data. */
  transaction<T>(work: (stores: Stores) => Promise<T>): Promise<T>
  /** @throws MienError DATABASE_UNAVAILABLE */
  ping(): Promise<void>
  /** What searches the gallery in this process, and why. */
  engineOf(space: FaceSpace): Promise<GalleryEngine>
  /** Undefined where the gallery has none. */
  graphOf(space: FaceSpace): Promise<GalleryGraph | undefined>
  /** Of the galleries that are searched in this process's memory. */
  searchMemory(): SearchMemory
  /** Null where there is only one, the embedded database's. */
  connections(): ConnectionFigures | null
  /** By the clock of the database's own machine; null where that is this process's. */
  now(): Promise<Date | null>
  /**
   * Seals under the master key of now every key that lies under another one, those of transactions too that had not committed. Those that
   * no master key opens are left.
   */
  resealKeys(): Promise<ResealedKeys>
  /**
   * Calls back soon after another process, or this one, committed such a change; also when one may have been missed. Twice is possible, and
   * never where the database is this process's alone: whoever needs to know looks now and then.
   *
   * @returns ends it
   */
  onChange(tell: (kind: ChangeKind) => void): () => void
  /** Brings on the galleries with these ids, or all, that are in this process's memory: whoever was erased leaves it. */
  follow(galleryIds?: ReadonlySet<string>): Promise<void>
  /** Deletes what has outlived its use: sessions, challenges, results, digests, delivery logs. */
  sweep(now: Date): Promise<void>
  close(): Promise<void>
}

export interface Clock {
  now(): Date
}

/** Where a client is. */
export interface CountryResolver {
  /** ISO 3166-1 alpha-2; null when not known. */
  countryOf(client: Client): Promise<string | null>
}

/** Slow hashing of PINs. */
export interface PinHasher {
  hash(secret: Uint8Array): Promise<string>
  verify(hash: string, secret: Uint8Array): Promise<boolean>
}

/** What a signed token is for. It stands in its header, so that one is never taken for the other. */
export type TokenType = 'mien-assertion+jwt' | 'mien-erasure+jwt' | 'mien-snapshot+jwt' | 'mien-tickets+jwt' | 'at+jwt'

/** Signs what a backend can check with the published keys. */
export interface Signer {
  sign(claims: Readonly<Record<string, unknown>>, type?: TokenType): Promise<string>
  /** The claims of a token of this type that was signed here and has not expired; else undefined. */
  verify(token: string, type: TokenType): Promise<Readonly<Record<string, unknown>> | undefined>
  /** Public JWKs, newest last. */
  publicKeys(): Promise<readonly Readonly<Record<string, unknown>>[]>
}
