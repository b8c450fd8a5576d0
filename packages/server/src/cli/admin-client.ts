import {
  type Application,
  type ApplicationCredentials,
  type ApplicationList,
  type ApplicationRequest,
  type ApplicationSettingsPatch,
  application,
  applicationCredentials,
  applicationList,
  type CredentialList,
  credentialList,
  type RotateRequest,
  type RotateResponse,
  rotateResponse,
} from '@mien/shared/api/applications'
import { errorBody, fromWireCode } from '@mien/shared/api/errors'
import { type GalleryPatch, type GalleryStats, galleryStats, galleryStatsList } from '@mien/shared/api/galleries'
import { type AuditChainReport, auditChainReport, auditHeadList } from '@mien/shared/api/monitoring'
import { type SigningKeyList, type SigningKeyRequest, signingKeyList } from '@mien/shared/api/signing-keys'
import {
  type KeyRenewal,
  keyRenewal,
  masterKeyRotation,
  type RetentionRequest,
  retentionReport,
} from '@mien/shared/api/stored-keys'
import {
  type OfflineDevice,
  type OfflineDeviceCreated,
  type OfflineDeviceRequest,
  offlineDeviceCreated,
  offlineDeviceList,
} from '@mien/shared/api/sync'
import {
  type WebhookCreated,
  type WebhookDelivery,
  type WebhookDeliveryList,
  type WebhookList,
  type WebhookRequest,
  webhookCreated,
  webhookDelivery,
  webhookDeliveryList,
  webhookList,
} from '@mien/shared/api/webhooks'
import { MienError } from '@mien/shared/errors'
import type { ZodMiniType } from 'zod/mini'

export interface PlainRequest {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string | null
  readonly signal?: AbortSignal
}

/** Sends a request to a server: over HTTP to a running one, or straight into one that was opened in this process. */
export type SendRequest = (path: string, init: PlainRequest) => Response | Promise<Response>

export interface AdminClient {
  createApplication(request: ApplicationRequest): Promise<ApplicationCredentials>
  listApplications(): Promise<ApplicationList['applications']>
  deleteApplication(applicationId: string): Promise<void>
  /** Only what is given changes. */
  changeSettings(applicationId: string, patch: ApplicationSettingsPatch): Promise<Application>
  /** One of the same kind and name stops at once. */
  issueKey(applicationId: string, request: RotateRequest): Promise<RotateResponse>
  listKeys(applicationId: string): Promise<CredentialList['keys']>
  removeKey(applicationId: string, credentialId: string): Promise<void>
  /** Where the chain of each audit log ends. */
  auditHeads(): Promise<readonly string[]>
  verifyAudit(applicationId: string, head: string | undefined): Promise<AuditChainReport>
  listSigningKeys(): Promise<SigningKeyList['keys']>
  /** @returns all keys, the new one last */
  rotateSigningKey(request: SigningKeyRequest): Promise<SigningKeyList['keys']>
  /** Begins, or says how far it is. */
  renewKeys(applicationId: string): Promise<KeyRenewal>
  keyRenewal(applicationId: string): Promise<KeyRenewal>
  /** @returns how many keys were sealed again */
  rotateMasterKey(): Promise<number>
  /** @returns how many people were erased. @throws MienError CONFLICT when the clock is not believed */
  runRetention(request: RetentionRequest): Promise<number>
  /** A kiosk; its code is in this answer alone. */
  inviteKiosk(applicationId: string, request: OfflineDeviceRequest): Promise<OfflineDeviceCreated>
  /** With people's own, and those that were revoked. */
  listOfflineDevices(applicationId: string): Promise<readonly OfflineDevice[]>
  revokeOfflineDevice(applicationId: string, deviceId: string): Promise<void>
  /** With what searches them on the server that answers. */
  listGalleries(applicationId: string): Promise<readonly GalleryStats[]>
  /** Only what is given changes. @throws MienError NOT_FOUND, CONFLICT when the database cannot search it so */
  changeGallery(applicationId: string, name: string, patch: GalleryPatch): Promise<GalleryStats>
  addWebhook(applicationId: string, request: WebhookRequest): Promise<WebhookCreated>
  listWebhooks(applicationId: string): Promise<WebhookList['webhooks']>
  removeWebhook(applicationId: string, webhookId: string): Promise<void>
  /** The newest, at most `limit`. */
  webhookLog(applicationId: string, webhookId: string, limit: number): Promise<WebhookDeliveryList['deliveries']>
  replayWebhook(applicationId: string, webhookId: string, deliveryId: string): Promise<WebhookDelivery>
}

export function createAdminClient(send: SendRequest, adminToken: string): AdminClient {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const headers: Record<string, string> = { authorization: `Bearer ${adminToken}` }
    if (body !== undefined) headers['content-type'] = 'application/json'
    const response = await send(path, { method, headers, body: body === undefined ? null : JSON.stringify(body) })
    const text = await response.text()
    const answer: unknown = text === '' ? null : JSON.parse(text)
    if (!response.ok) throw toError(answer)
    return answer
  }
  const at = (applicationId: string) => `/v1/admin/applications/${encodeURIComponent(applicationId)}`
  const webhookAt = (applicationId: string, webhookId: string) =>
    `${at(applicationId)}/webhooks/${encodeURIComponent(webhookId)}`

  return {
    createApplication: async (request) =>
      parse(applicationCredentials, await call('POST', '/v1/admin/applications', request)),
    listApplications: async () => parse(applicationList, await call('GET', '/v1/admin/applications')).applications,
    async deleteApplication(applicationId) {
      await call('DELETE', at(applicationId))
    },
    changeSettings: async (applicationId, patch) =>
      parse(application, await call('PATCH', `${at(applicationId)}/settings`, patch)),
    issueKey: async (applicationId, request) =>
      parse(rotateResponse, await call('POST', `${at(applicationId)}/keys`, request)),
    listKeys: async (applicationId) => parse(credentialList, await call('GET', `${at(applicationId)}/keys`)).keys,
    async removeKey(applicationId, credentialId) {
      await call('DELETE', `${at(applicationId)}/keys/${encodeURIComponent(credentialId)}`)
    },
    auditHeads: async () => parse(auditHeadList, await call('GET', '/v1/admin/audit/heads')).heads,
    verifyAudit: async (applicationId, head) =>
      parse(
        auditChainReport,
        await call(
          'POST',
          `/v1/admin/audit/${encodeURIComponent(applicationId)}/verify`,
          head === undefined ? {} : { head },
        ),
      ),
    listSigningKeys: async () => parse(signingKeyList, await call('GET', '/v1/admin/signing-keys')).keys,
    rotateSigningKey: async (request) =>
      parse(signingKeyList, await call('POST', '/v1/admin/signing-keys', request)).keys,
    renewKeys: async (applicationId) => parse(keyRenewal, await call('POST', `${at(applicationId)}/key-renewal`, {})),
    keyRenewal: async (applicationId) => parse(keyRenewal, await call('GET', `${at(applicationId)}/key-renewal`)),
    rotateMasterKey: async () => parse(masterKeyRotation, await call('POST', '/v1/admin/master-key', {})).resealed,
    runRetention: async (request) => parse(retentionReport, await call('POST', '/v1/admin/retention', request)).erased,
    inviteKiosk: async (applicationId, request) =>
      parse(offlineDeviceCreated, await call('POST', `${at(applicationId)}/offline-devices`, request)),
    listOfflineDevices: async (applicationId) =>
      parse(offlineDeviceList, await call('GET', `${at(applicationId)}/offline-devices`)).devices,
    async revokeOfflineDevice(applicationId, deviceId) {
      await call('DELETE', `${at(applicationId)}/offline-devices/${encodeURIComponent(deviceId)}`)
    },
    listGalleries: async (applicationId) =>
      parse(galleryStatsList, await call('GET', `${at(applicationId)}/galleries`)).galleries,
    changeGallery: async (applicationId, name, patch) =>
      parse(galleryStats, await call('PATCH', `${at(applicationId)}/galleries/${encodeURIComponent(name)}`, patch)),
    addWebhook: async (applicationId, request) =>
      parse(webhookCreated, await call('POST', `${at(applicationId)}/webhooks`, request)),
    listWebhooks: async (applicationId) =>
      parse(webhookList, await call('GET', `${at(applicationId)}/webhooks`)).webhooks,
    async removeWebhook(applicationId, webhookId) {
      await call('DELETE', webhookAt(applicationId, webhookId))
    },
    webhookLog: async (applicationId, webhookId, limit) =>
      parse(webhookDeliveryList, await call('GET', `${webhookAt(applicationId, webhookId)}/deliveries?limit=${limit}`))
        .deliveries,
    replayWebhook: async (applicationId, webhookId, deliveryId) =>
      parse(
        webhookDelivery,
        await call(
          'POST',
          `${webhookAt(applicationId, webhookId)}/deliveries/${encodeURIComponent(deliveryId)}/replay`,
          {},
        ),
      ),
  }
}

function parse<T>(schema: ZodMiniType<T>, value: unknown): T {
  const result = schema.safeParse(value)
  if (!result.success) throw new MienError('INTERNAL', { message: 'The server gave an unexpected answer' })
  return result.data
}

function toError(answer: unknown): MienError {
  const body = errorBody.safeParse(answer)
  if (!body.success) return new MienError('INTERNAL', { message: 'The server gave an unexpected answer' })
  const { code, message } = body.data.error
  return new MienError(fromWireCode(code) ?? 'INTERNAL', { message })
}
