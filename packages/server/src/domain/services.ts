import { type AccessTokens, createAccessTokens } from './access-tokens.ts'
import { type Applications, createApplications } from './applications.ts'
import { type AuditLog, createAuditLog } from './audit-log.ts'
import { type Authenticators, createAuthenticators } from './authenticators.ts'
import { type Consents, createConsents } from './consents.ts'
import { type Countries, createCountries } from './countries.ts'
import { createDevices, type Devices } from './devices.ts'
import { createErasures, type Erasures } from './erasures.ts'
import { createFaceEnrolments, type FaceEnrolments } from './face-enrolments.ts'
import { createFaces, type Faces } from './faces.ts'
import { createGalleries, type Galleries } from './galleries.ts'
import { createHealth, type HealthChecks } from './health.ts'
import { createIdempotency, type Idempotency } from './idempotency.ts'
import type { ImageAnalyser } from './image-analyser.ts'
import { createKeptImages, type KeptImages } from './kept-images.ts'
import { createKeyRenewal, type KeyRenewal } from './key-renewal.ts'
import { createLockouts, type Lockouts } from './lockouts.ts'
import { createMasterKeyRotation, type MasterKeyHolder, type MasterKeyRotation } from './master-key-rotation.ts'
import { createMissedReveals, type MissedReveals } from './missed-reveals.ts'
import type { TemplateModel } from './model.ts'
import { createGalleryMorphDetector } from './morph-detector.ts'
import { createOffline, type Offline } from './offline/offline.ts'
import { createPasskeyCeremonies, type PasskeyCeremonies } from './passkey-ceremonies.ts'
import { createPasskeys, type Passkeys } from './passkeys.ts'
import { createPersonExports, type PersonExports } from './person-exports.ts'
import { createPictures, type Pictures } from './pictures.ts'
import { createPins } from './pins.ts'
import type { Clock, CountryResolver, Database, PinHasher, Signer } from './ports.ts'
import { createRecognition, type Recognition } from './recognition.ts'
import { createResults, type Results } from './results.ts'
import { createRetention, type Retention } from './retention.ts'
import { createSeatedSubmissions } from './seated-submissions.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { settleWithCommit } from './settle-with-commit.ts'
import { createSigningKeys, type SigningKeys } from './signing-keys.ts'
import { createStatistics, type Statistics } from './statistics.ts'
import { createStepUps, type StepUps } from './step-ups.ts'
import { createSubjects, type Subjects } from './subjects.ts'
import type { Submissions } from './submissions.ts'
import { createUsage, type Usage } from './usage.ts'
import type { Vault } from './vault.ts'
import { createCaptureVerifier } from './verify-capture.ts'
import type { WebhookSender } from './webhook-ports.ts'
import { wakeAfterCommit } from './webhook-wake.ts'
import { createWebhooks, type Webhooks } from './webhooks.ts'

export interface ServicesOptions {
  readonly database: Database
  readonly vault: Vault
  readonly masterKey: MasterKeyHolder
  readonly signer: Signer
  readonly hasher: PinHasher
  readonly clock: Clock
  readonly model: TemplateModel
  readonly analyser: ImageAnalyser
  readonly countryResolver: CountryResolver
  /** `iss` of assertions. */
  readonly issuer: string
  readonly webhookSender: WebhookSender
  /** Called whenever a webhook may be due, after the commit that made it so. */
  readonly wakeDispatcher: () => void
}

/** All that the surfaces may call. */
export interface Services {
  readonly applications: Applications
  readonly accessTokens: AccessTokens
  readonly authenticators: Authenticators
  readonly faceEnrolments: FaceEnrolments
  readonly keptImages: KeptImages
  readonly keyRenewal: KeyRenewal
  readonly masterKeyRotation: MasterKeyRotation
  readonly lockouts: Lockouts
  readonly missedReveals: MissedReveals
  readonly recognition: Recognition
  readonly auditLog: AuditLog
  readonly consents: Consents
  readonly faces: Faces
  readonly personExports: PersonExports
  readonly erasures: Erasures
  readonly retention: Retention
  readonly devices: Devices
  readonly passkeys: Passkeys
  readonly passkeyCeremonies: PasskeyCeremonies
  readonly offline: Offline
  readonly idempotency: Idempotency
  readonly statistics: Statistics
  readonly countries: Countries
  readonly sessions: Sessions
  readonly submissions: Submissions
  readonly stepUps: StepUps
  readonly results: Results
  readonly subjects: Subjects
  readonly galleries: Galleries
  readonly health: HealthChecks
  readonly pictures: Pictures
  readonly usage: Usage
  readonly webhooks: Webhooks
  readonly signer: Signer
  readonly signingKeys: SigningKeys
  readonly model: TemplateModel
}

export function createServices(options: ServicesOptions): Services {
  const { vault, signer, hasher, clock, model, issuer, webhookSender: sender, wakeDispatcher: wake } = options
  const database = settleWithCommit(wakeAfterCommit(options.database, wake))
  const pins = createPins({ database, vault, hasher })
  const countries = createCountries(options.countryResolver)
  const keyRenewal = createKeyRenewal({ database, clock })
  const applications = createApplications({ database, clock, model, renewal: keyRenewal })
  const morphs = createGalleryMorphDetector({ rule: model.morphRule })
  const keptImages = createKeptImages({ database, clock })
  const subjects = createSubjects({ database, clock, pins })
  return {
    applications,
    accessTokens: createAccessTokens({ applications, signer, clock, issuer }),
    authenticators: createAuthenticators({ database, clock }),
    faceEnrolments: createFaceEnrolments({ database, clock, model, morphs }),
    keptImages,
    keyRenewal,
    masterKeyRotation: createMasterKeyRotation({ database, masterKey: options.masterKey }),
    lockouts: createLockouts({ database, clock, subjects }),
    missedReveals: createMissedReveals({ database, clock }),
    recognition: createRecognition({ database, clock, model }),
    countries,
    sessions: createSessions({ database, clock, model }),
    submissions: createSeatedSubmissions({
      database,
      clock,
      pins,
      countries,
      captures: createCaptureVerifier(options.analyser),
      analyser: options.analyser,
      model,
    }),
    stepUps: createStepUps({ database, clock, pins }),
    results: createResults({ database, clock, signer, issuer, modelId: model.modelId }),
    subjects,
    auditLog: createAuditLog({ database, vault }),
    consents: createConsents({ database, clock, subjects }),
    faces: createFaces({ database, clock, subjects }),
    personExports: createPersonExports({ database, clock, subjects, keptImages }),
    erasures: createErasures({ database, clock, signer, subjects, issuer }),
    retention: createRetention({ database, clock, subjects }),
    devices: createDevices({ database, clock, subjects }),
    passkeys: createPasskeys({ database, clock, subjects }),
    passkeyCeremonies: createPasskeyCeremonies({ database, clock }),
    offline: createOffline({ database, clock, model, signer }),
    idempotency: createIdempotency({ database, clock }),
    statistics: createStatistics({ database, modelId: model.modelId }),
    galleries: createGalleries({ database, clock }),
    health: createHealth({ database, analyser: options.analyser, model, clock }),
    pictures: createPictures({ analyser: options.analyser, model }),
    usage: createUsage({ database }),
    webhooks: createWebhooks({ database, clock, vault, sender, wake }),
    signer,
    signingKeys: createSigningKeys({ database, vault, clock }),
    model,
  }
}
