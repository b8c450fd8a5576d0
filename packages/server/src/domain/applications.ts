import {
  type ApplicationCredentials,
  type ApplicationSettings,
  type ApplicationSettingsPatch,
  type CredentialKind,
  credentialKinds,
} from '@mien/shared/api/applications'
import { MienError } from '@mien/shared/errors'
import type { Application, AuditEvent, Credential, TemplateModel } from './model.ts'
import { parseOrigin } from './origins.ts'
import type { Clock, Database, Stores } from './ports.ts'
import { defaultSettings } from './settings.ts'
import { type NewSecret, newPublicId, newSecret, rowId, sameDigest, sha256 } from './tokens.ts'

export interface Applications {
  /** The only moment at which the secrets can be read. */
  create(name: string, origins: readonly string[]): Promise<ApplicationCredentials>
  list(): Promise<readonly Application[]>
  remove(id: string): Promise<void>
  changeSettings(id: string, patch: ApplicationSettingsPatch): Promise<Application>
  /** The credential of that kind stops working at once. */
  rotate(id: string, kind: CredentialKind): Promise<NewSecret>
  findByPublicId(publicId: string): Promise<Application | undefined>
  /** Whether any application may be used from this origin. */
  someAllowsOrigin(origin: string): Promise<boolean>
  /** Constant work whether or not the secret exists. */
  authenticate(
    kind: CredentialKind,
    secret: string,
  ): Promise<{ application: Application; credential: Credential } | undefined>
}

export interface ApplicationsOptions {
  readonly database: Database
  readonly clock: Clock
  readonly model: TemplateModel
}

/** Tenants, their settings and their credentials. */
export function createApplications({ database, clock, model }: ApplicationsOptions): Applications {
  const stores = database.stores

  const record = (within: Stores, applicationId: string, event: AuditEvent, outcome: string) =>
    within.audit.append({ applicationId, event, outcome, subjectId: null, sessionId: null, at: clock.now() })

  const issue = async (within: Stores, applicationId: string, galleryId: string, kind: CredentialKind) => {
    const { clientId, secret } = newSecret[kind]()
    const secretDigest = sha256(secret)
    await within.credentials.put({
      applicationId,
      id: rowId(),
      kind,
      clientId,
      secretDigest,
      galleryId,
      createdAt: clock.now(),
    })
    return { clientId, secret }
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
        for (const kind of credentialKinds) secrets.set(kind, await issue(within, application.id, gallery.id, kind))
        await record(within, application.id, 'application_created', 'ok')
        return credentialsOf(application, secrets)
      })
    },

    list: () => stores.applications.list(),

    async remove(id) {
      if (!(await stores.applications.remove(id))) throw new MienError('NOT_FOUND')
    },

    changeSettings: (id, patch) =>
      database.transaction(async (within) => {
        const application = await within.applications.find(id)
        if (application === undefined) throw new MienError('NOT_FOUND')
        const given = Object.entries(patch).filter(([, value]) => value !== undefined)
        const settings = checkedSettings({ ...application.settings, ...Object.fromEntries(given) })
        await within.applications.updateSettings(id, settings)
        if (application.settings.unique_pins && !settings.unique_pins) await within.pins.forgetDigests(id)
        await record(within, id, 'settings_changed', 'ok')
        return { ...application, settings }
      }),

    rotate: (id, kind) =>
      database.transaction(async (within) => {
        const gallery = await within.galleries.findByName(id, 'default')
        if (gallery === undefined) throw new MienError('NOT_FOUND')
        const secret = await issue(within, id, gallery.id, kind)
        await record(within, id, 'key_rotated', kind)
        return secret
      }),

    findByPublicId: (publicId) => stores.applications.findByPublicId(publicId),
    someAllowsOrigin: (origin) => stores.applications.someAllowsOrigin(origin),

    async authenticate(kind, secret) {
      const digest = sha256(secret)
      const credential = await stores.credentials.findByDigest(kind, digest)
      if (credential === undefined || !sameDigest(credential.secretDigest, digest)) return undefined
      const application = await stores.applications.find(credential.applicationId)
      return application === undefined ? undefined : { application, credential }
    },
  }
}

function checkedSettings(settings: ApplicationSettings): ApplicationSettings {
  settings.origins.forEach(parseOrigin)
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
