import {
  type ApplicationCredentials,
  type ApplicationSettings,
  type ApplicationSettingsPatch,
  type CredentialKind,
  credentialKinds,
  credentialScopes,
} from '@mien/shared/api/applications'
import { MienError } from '@mien/shared/errors'
import type { KeyRenewal } from './key-renewal.ts'
import type { Application, AuditEvent, Credential, TemplateModel } from './model.ts'
import { parseOrigin } from './origins.ts'
import type { Clock, CredentialHolder, Database, Stores } from './ports.ts'
import { refuseUnreachable } from './reachable-levels.ts'
import { defaultSettings } from './settings.ts'
import { type NewSecret, newPublicId, newSecret, rowId, sameDigest, sha256 } from './tokens.ts'

export interface Applications {
  /** The only moment at which the secrets can be read. */
  create(name: string, origins: readonly string[]): Promise<ApplicationCredentials>
  list(): Promise<readonly Application[]>
  remove(id: string): Promise<void>
  /** A change of `protection` holds from the next enrolment on; what is stored already is moved afterwards, in batches. */
  changeSettings(id: string, patch: ApplicationSettingsPatch): Promise<Application>
  /**
   * A new credential; one of the same kind and name stops working at once.
   *
   * @throws MienError NOT_FOUND (application or gallery), REQUEST_INVALID (a scope that the kind does not have)
   */
  issueKey(id: string, request: KeyRequest): Promise<IssuedKey>
  /** @throws MienError NOT_FOUND */
  listKeys(id: string): Promise<readonly NamedCredential[]>
  /** @throws MienError NOT_FOUND */
  removeKey(id: string, credentialId: string): Promise<void>
  findByPublicId(publicId: string): Promise<Application | undefined>
  /** Whether any application may be used from this origin. */
  someAllowsOrigin(origin: string): Promise<boolean>
  /** Constant work whether or not the secret exists. */
  authenticate(kind: CredentialKind, secret: string): Promise<Caller | undefined>
  /** As `authenticate`, for kinds whose secret goes with a name. */
  authenticateClient(kind: CredentialKind, clientId: string, secret: string): Promise<Caller | undefined>
  /** The credential as it is now; undefined when it was removed or replaced. */
  findCredential(applicationId: string, credentialId: string): Promise<Caller | undefined>
}

/** An application and the credential that it showed. */
export type Caller = CredentialHolder

export interface KeyRequest {
  readonly kind: CredentialKind
  readonly name?: string | undefined
  /** Name of a gallery. */
  readonly gallery?: string | undefined
  readonly scopes?: readonly string[] | undefined
}

export interface NamedCredential extends Credential {
  readonly galleryName: string
}

export interface IssuedKey {
  readonly credential: NamedCredential
  readonly secret: string
}

const defaultName = 'default'

export interface ApplicationsOptions {
  readonly database: Database
  readonly clock: Clock
  readonly model: TemplateModel
  /** Moves what is stored when the protection changes. */
  readonly renewal: Pick<KeyRenewal, 'complete'>
}

/** Tenants, their settings and their credentials. */
export function createApplications({ database, clock, model, renewal }: ApplicationsOptions): Applications {
  const stores = database.stores

  const record = (within: Stores, applicationId: string, event: AuditEvent, outcome: string) =>
    within.audit.append({ applicationId, event, outcome, subjectId: null, sessionId: null, at: clock.now() })

  const issue = async (
    within: Stores,
    of: Pick<Credential, 'applicationId' | 'galleryId' | 'kind' | 'name' | 'scopes'>,
  ): Promise<{ credential: Credential; secret: string }> => {
    const { clientId, secret } = newSecret[of.kind]()
    const credential = { ...of, id: rowId(), clientId, secretDigest: sha256(secret), createdAt: clock.now() }
    await within.credentials.put(credential)
    return { credential, secret }
  }

  const authenticate: Applications['authenticate'] = async (kind, secret) => {
    const digest = sha256(secret)
    const caller = await stores.credentials.findByDigest(kind, digest)
    return caller !== undefined && sameDigest(caller.credential.secretDigest, digest) ? caller : undefined
  }

  return {
    async create(name, origins) {
      const settings = checkedSettings(defaultSettings(model, origins))
      const application: Application = {
        id: rowId(),
        publicId: newPublicId(),
        name,
        settings,
        createdAt: clock.now(),
      }
      return database.transaction(async (within) => {
        const gallery = { applicationId: application.id, id: rowId(), name: 'default', createdAt: clock.now() }
        await within.applications.insert(application)
        await within.galleries.insert(gallery)
        const secrets = new Map<CredentialKind, NewSecret>()
        for (const kind of credentialKinds) {
          const of = { applicationId: application.id, galleryId: gallery.id, kind, name: defaultName, scopes: [] }
          const { credential, secret } = await issue(within, of)
          secrets.set(kind, { clientId: credential.clientId, secret })
        }
        await record(within, application.id, 'application_created', 'ok')
        return credentialsOf(application, secrets)
      })
    },

    list: () => stores.applications.list(),

    remove: (id) =>
      database.transaction(async (within) => {
        if (!(await within.applications.remove(id))) throw new MienError('NOT_FOUND')
        // The audit log outlives the application, and says how it ended.
        await record(within, id, 'application_deleted', 'ok')
      }),

    async changeSettings(id, patch) {
      const changed = await database.transaction(async (within) => {
        // Two changes at once do not undo each other; one of the protection begins when nobody writes.
        await (patch.protection === undefined ? within.applications.lock(id) : within.applicationKeys.exclude(id))
        const application = await within.applications.find(id)
        if (application === undefined) throw new MienError('NOT_FOUND')
        const given = Object.entries(patch).filter(([, value]) => value !== undefined)
        const settings = checkedSettings({ ...application.settings, ...Object.fromEntries(given) })
        await within.applications.updateSettings(id, settings)
        const isMoving = application.settings.protection !== settings.protection
        if (isMoving) {
          await within.applicationKeys.add(id, settings.protection)
          await record(within, id, 'keys_changed', 'begun')
        }
        if (application.settings.unique_pins && !settings.unique_pins) await within.pins.forgetDigests(id)
        if (application.settings.retain_images && !settings.retain_images) await within.keptImages.removeAll(id)
        await record(within, id, 'settings_changed', 'ok')
        return { application: { ...application, settings }, isMoving }
      })
      // It goes on by itself when the process dies.
      if (changed.isMoving) renewal.complete(id).catch(() => undefined)
      return changed.application
    },

    issueKey: (applicationId, { kind, name = defaultName, gallery: galleryName, scopes }) =>
      database.transaction(async (within) => {
        if ((await within.applications.find(applicationId)) === undefined) throw new MienError('NOT_FOUND')
        const replaced = await within.credentials.findByName(applicationId, kind, name)
        const gallery =
          galleryName === undefined && replaced !== undefined
            ? await within.galleries.find(applicationId, replaced.galleryId)
            : await within.galleries.findByName(applicationId, galleryName ?? defaultName)
        if (gallery === undefined) throw new MienError('NOT_FOUND', { message: 'There is no such gallery' })
        const of = { applicationId, galleryId: gallery.id, kind, name, scopes: checkedScopes(kind, scopes) }
        const { credential, secret } = await issue(within, of)
        await record(within, applicationId, 'key_rotated', kind)
        return { credential: { ...credential, galleryName: gallery.name }, secret }
      }),

    async listKeys(id) {
      if ((await stores.applications.find(id)) === undefined) throw new MienError('NOT_FOUND')
      const names = new Map((await stores.galleries.list(id)).map((gallery) => [gallery.id, gallery.name]))
      const all = await stores.credentials.list(id)
      return all.map((credential) => ({ ...credential, galleryName: names.get(credential.galleryId) ?? '' }))
    },

    removeKey: (id, credentialId) =>
      database.transaction(async (within) => {
        const credential = await within.credentials.find(id, credentialId)
        if (credential === undefined) throw new MienError('NOT_FOUND')
        await within.credentials.remove(id, credentialId)
        await record(within, id, 'key_removed', credential.kind)
      }),

    findByPublicId: (publicId) => stores.applications.findByPublicId(publicId),
    someAllowsOrigin: (origin) => stores.applications.someAllowsOrigin(origin),

    authenticate,
    async authenticateClient(kind, clientId, secret) {
      const caller = await authenticate(kind, secret)
      const isNamed = caller !== undefined && sameDigest(sha256(caller.credential.clientId ?? ''), sha256(clientId))
      return isNamed ? caller : undefined
    },
    async findCredential(applicationId, credentialId) {
      const credential = await stores.credentials.find(applicationId, credentialId)
      const application = credential && (await stores.applications.find(applicationId))
      return application && credential && { application, credential }
    },
  }
}

/** @throws MienError REQUEST_INVALID */
function checkedScopes(kind: CredentialKind, scopes: readonly string[] = []): readonly string[] {
  const offered: readonly string[] = credentialScopes[kind]
  const foreign = scopes.find((scope) => !offered.includes(scope))
  if (foreign !== undefined) {
    const message = offered.length === 0 ? `A ${kind} key has no scopes` : `Scopes are ${offered.join(', ')}`
    throw new MienError('REQUEST_INVALID', { message })
  }
  return [...new Set(scopes)]
}

/** @throws MienError REQUEST_INVALID, ORIGIN_FORBIDDEN */
function checkedSettings(settings: ApplicationSettings): ApplicationSettings {
  settings.origins.forEach(parseOrigin)
  refuseUnreachable(settings)
  // Whoever sets it would believe that somebody looks.
  if (settings.spot_check_percent > 0 && !settings.device_keys) {
    const message = 'Only what a device signs is checked: spot_check_percent above 0 needs device_keys'
    throw new MienError('REQUEST_INVALID', { message, details: { fields: ['spot_check_percent', 'device_keys'] } })
  }
  return settings
}

function credentialsOf(
  { id, publicId }: Application,
  secrets: ReadonlyMap<CredentialKind, NewSecret>,
): ApplicationCredentials {
  const secret = (kind: CredentialKind) => secrets.get(kind)!.secret
  const client = (kind: CredentialKind) => secrets.get(kind)!.clientId!
  return {
    application_id: id,
    public_id: publicId,
    secret_key: secret('secret_key'),
    faceio: { api_key: secret('faceio') },
    ticos: { terminal_secret: secret('ticos') },
    uqudo: { client_id: client('uqudo'), client_secret: secret('uqudo') },
    idaas: { application_id: client('idaas'), shared_secret: secret('idaas') },
    ufme: { api_key: secret('ufme') },
  }
}
