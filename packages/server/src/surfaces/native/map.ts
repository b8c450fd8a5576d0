import type { CredentialSummary, RotateResponse, Application as WireApplication } from '@mien/shared/api/applications'
import type { ChallengeResponse } from '@mien/shared/api/challenges'
import type { ConsentEntry } from '@mien/shared/api/consents'
import type { Device as WireDevice } from '@mien/shared/api/devices'
import type { IdentifyResponse, Face as WireFace } from '@mien/shared/api/faces'
import type { GalleryPatch, GalleryStats, Gallery as WireGallery } from '@mien/shared/api/galleries'
import type { AuditChainReport, AuditRecord, Stats } from '@mien/shared/api/monitoring'
import type { RedeemResponse } from '@mien/shared/api/results'
import type { SessionResponse, SessionSettings } from '@mien/shared/api/sessions'
import type { SigningKey } from '@mien/shared/api/signing-keys'
import type { KeyRenewal } from '@mien/shared/api/stored-keys'
import type { ConsentRecord, SubjectSummary, Subject as WireSubject } from '@mien/shared/api/subjects'
import type { Disclosure, SubmissionResponse } from '@mien/shared/api/submissions'
import { defaultCaptureRules } from '@mien/shared/policy/capture'
import { chooseConsentText } from '@mien/shared/policy/choose-consent-text'
import type { IssuedKey, NamedCredential } from '../../domain/applications.ts'
import type { ChainReport, NumberedAuditRecord } from '../../domain/audit-log.ts'
import { pictureFormat } from '../../domain/capture-script.ts'
import type { Outcome } from '../../domain/decision.ts'
import type { FaceEntry } from '../../domain/faces.ts'
import type { KeyState } from '../../domain/key-renewal.ts'
import type {
  Application,
  Challenge,
  Consent,
  Device,
  ListedSubject,
  Session,
  Subject,
  TemplateModel,
} from '../../domain/model.ts'
import { disclosesToPage, isServerVerified, isSpotChecked } from '../../domain/needed-level.ts'
import { mayAddPasskey } from '../../domain/passkey-grant.ts'
import type { GalleryCount, SearchChoice } from '../../domain/ports.ts'
import type { SearchAnswer } from '../../domain/recognition.ts'
import type { RedeemedResult } from '../../domain/results.ts'
import type { OpenedSession } from '../../domain/sessions.ts'
import type { ListedSigningKey } from '../../domain/signing-keys.ts'
import type { GalleryFacts, StatisticsSummary } from '../../domain/statistics.ts'

const time = (date: Date): string => date.toISOString()

function toSettings(application: Application, session: Session, locales: readonly string[]): SessionSettings {
  const { name, settings } = application
  return {
    application_name: name,
    consent_required: settings.consent_required,
    policy_version: settings.policy_version,
    consent_text: chooseConsentText(settings.consent_texts, locales),
    attributes: settings.attributes,
    minimum_age: settings.minimum_age,
    reject_obscured: settings.reject_obscured,
    min_frames: defaultCaptureRules.minFrames,
    max_frames: defaultCaptureRules.maxFrames,
    min_frame_interval_ms: defaultCaptureRules.minFrameIntervalMs,
    pad_threshold: settings.pad_threshold,
    pin: {
      enroll: settings.pin_enroll,
      authenticate: settings.pin_authenticate,
      reject_weak: settings.reject_weak_pins,
    },
    passkeys: mayAddPasskey(application, session, session.origin),
    server_verified: isServerVerified(application, session),
    spot_checked: isSpotChecked(application, session),
    flashes: settings.flashes,
    devices: settings.device_keys,
    disclose_to_page: disclosesToPage(application, session),
  }
}

export function toSession(
  opened: OpenedSession,
  application: Application,
  model: TemplateModel,
  locales: readonly string[],
): SessionResponse {
  const { session, clientToken } = opened
  return {
    session_id: session.id,
    client_token: clientToken,
    expires_at: time(session.expiresAt),
    operation: session.operation,
    settings: toSettings(application, session, locales),
    model: { pack: model.pack, model_id: model.modelId, dimension: model.dimension },
  }
}

/** @param session whose end is its challenges' too */
export function toChallenge(challenge: Challenge, session: Pick<Session, 'expiresAt'>, now: Date): ChallengeResponse {
  const expiresAt = new Date(Math.min(challenge.expiresAt.getTime(), session.expiresAt.getTime()))
  return {
    challenge_id: challenge.id,
    nonce: challenge.nonce,
    expires_at: time(expiresAt),
    expires_in: Math.max(0, Math.floor((expiresAt.getTime() - now.getTime()) / 1000)),
    server_time: time(now),
    level: challenge.level,
    model_id: challenge.modelId,
    script: challenge.script,
    capture_script: challenge.captureScript,
    crop_commitment: challenge.commitsCrops ? pictureFormat : null,
  }
}

export function toSubmission(outcome: Outcome, disclosed: Disclosure | null): SubmissionResponse {
  switch (outcome.kind) {
    case 'ok':
      return { status: 'ok', result_code: outcome.code, expires_at: time(outcome.expiresAt), disclosed }
    case 'step_up':
      return { status: 'step_up', submission_id: outcome.submissionId, methods: [...outcome.methods] }
    case 'reveal':
      return { status: 'reveal', expires_in: outcome.seconds }
    case 'refused':
      return { status: 'refused', reason: outcome.reason }
    case 'retry':
      return { status: 'retry' }
  }
}

export const toDisclosure = (subject: Subject, at: Date): Disclosure => ({
  facial_id: subject.id,
  payload: subject.payload,
  timestamp: time(at),
})

export const toRedeemed = (result: RedeemedResult): RedeemResponse => ({
  assertion: result.assertion,
  facial_id: result.facialId,
  operation: result.operation,
  assurance: result.assurance,
  payload: result.payload,
  auth_time: time(result.authTime),
  session_id: result.sessionId,
  page_claims: result.pageClaims,
  match_level: result.matchLevel,
})

export const toSummary = (subject: ListedSubject, gallery: string): SubjectSummary => ({
  facial_id: subject.id,
  gallery,
  user_ref: subject.externalRef,
  name: subject.name,
  has_pin: subject.hasPin,
  created_at: time(subject.createdAt),
  last_seen_at: subject.lastSeenAt === null ? null : time(subject.lastSeenAt),
})

export interface SubjectFacts {
  readonly gallery: string
  readonly faces: number
  readonly consent: Consent | null
}

export const toSubject = (subject: Subject, { gallery, faces, consent }: SubjectFacts): WireSubject => ({
  ...toSummary(subject, gallery),
  faces,
  payload: subject.payload,
  consent: consent === null ? null : toConsentRecord(consent),
})

const toConsentRecord = (consent: Consent): ConsentRecord => ({
  policy_version: consent.policyVersion,
  text_sha256: consent.textSha256,
  locale: consent.locale,
  given_at: time(consent.givenAt),
  method: consent.method,
  recorded_at: time(consent.recordedAt),
})

export const toConsentEntry = (entry: Consent & { readonly withdrawnAt: Date | null }): ConsentEntry => ({
  ...toConsentRecord(entry),
  withdrawn_at: entry.withdrawnAt === null ? null : time(entry.withdrawnAt),
})

/** A row id begins with its moment: 48 bits of milliseconds (RFC 9562 section 5.7). */
const timeOfRowId = (id: string): Date => new Date(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16))

export const toFace = ({ id, modelId }: FaceEntry): WireFace => ({
  face_id: id,
  model_id: modelId,
  created_at: time(timeOfRowId(id)),
})

export const toIdentified = (
  { verdict, candidates, threshold }: SearchAnswer,
  quality: number | null,
): IdentifyResponse => ({
  verdict: verdict.kind,
  facial_id: verdict.kind === 'match' ? verdict.subjectId : null,
  candidates: candidates.map(({ subject, score }) => ({
    facial_id: subject.id,
    user_ref: subject.externalRef,
    name: subject.name,
    score,
  })),
  threshold,
  quality,
})

export const toAuditRecord = ({ id, event, outcome, subjectId, sessionId, at }: NumberedAuditRecord): AuditRecord => ({
  record_id: id,
  event,
  outcome,
  facial_id: subjectId,
  session_id: sessionId,
  at: time(at),
})

export const toStats = ({ subjects, faces, galleries, calls, reveals }: StatisticsSummary): Stats => ({
  subjects,
  faces,
  galleries: galleries.map(toGalleryStats),
  calls: [...calls],
  spot_checks: { ...reveals },
})

export const toGallery = (gallery: GalleryCount): WireGallery => ({
  name: gallery.name,
  subjects: gallery.subjects,
  created_at: time(gallery.createdAt),
  search_engine: gallery.searchEngine,
  hnsw_ef_search: gallery.hnswEfSearch,
})

export const toGalleryStats = ({ search, graph, ...gallery }: GalleryFacts): GalleryStats => ({
  ...toGallery(gallery),
  faces: search.faces,
  engine: search.engine,
  reason: search.reason,
  memory_bytes: search.bytes,
  graph: graph === null ? null : { state: graph.state, bytes: graph.bytes },
})

export const toSearchChoice = (patch: GalleryPatch): Partial<SearchChoice> => ({
  ...(patch.search_engine === undefined ? {} : { searchEngine: patch.search_engine }),
  ...(patch.hnsw_ef_search === undefined ? {} : { hnswEfSearch: patch.hnsw_ef_search }),
})

export const toApplication = ({ id, publicId, name, settings, createdAt }: Application): WireApplication => ({
  application_id: id,
  public_id: publicId,
  name,
  created_at: time(createdAt),
  settings,
})

export const toCredential = (credential: NamedCredential): CredentialSummary => ({
  credential_id: credential.id,
  kind: credential.kind,
  name: credential.name,
  client_id: credential.clientId,
  gallery: credential.galleryName,
  scopes: [...credential.scopes],
  created_at: time(credential.createdAt),
})

export const toDevice = (device: Device): WireDevice => ({
  device_id: device.id,
  key_id: device.keyId,
  label: device.label,
  status: device.status,
  created_at: time(device.createdAt),
  last_used_at: device.lastUsedAt === null ? null : time(device.lastUsedAt),
})

export const toSigningKey = ({ key, state, signsFrom, leavesAt }: ListedSigningKey): SigningKey => ({
  key_id: key.keyId,
  state,
  created_at: time(key.createdAt),
  signs_from: time(signsFrom),
  leaves_at: leavesAt === null ? null : time(leavesAt),
})

export const toRotated = ({ credential, secret }: IssuedKey): RotateResponse => ({
  ...toCredential(credential),
  secret,
})

export const toChainReport = ({ applicationId, fault, ...counts }: ChainReport): AuditChainReport => ({
  application_id: applicationId,
  ...counts,
  fault: fault === null ? null : { kind: fault.kind, seq: fault.seq, record_id: fault.recordId },
})

const maxDamaged = 100

export const toKeyRenewal = ({ version, isDone, damaged, failure }: KeyState): KeyRenewal => ({
  key_version: version,
  is_done: isDone,
  damaged: damaged.slice(0, maxDamaged).map(({ column, row }) => ({ column, id: row })),
  damaged_count: damaged.length,
  failure: failure === null ? null : failure.toLowerCase(),
})
