import {
  type Application,
  type ApplicationCredentials,
  type ApplicationList,
  type ApplicationRequest,
  type ApplicationSettingsPatch,
  application,
  applicationCredentials,
  applicationList,
  type CredentialKind,
  type RotateResponse,
  rotateResponse,
} from '@mien/shared/api/applications'
import { errorBody, fromWireCode } from '@mien/shared/api/errors'
import { MienError } from '@mien/shared/errors'
import type { ZodMiniType } from 'zod/mini'

/** Sends a request to a server: over HTTP to a running one, or straight into one that was opened in this process. */
export type SendRequest = (path: string, init: RequestInit) => Response | Promise<Response>

export interface AdminClient {
  createApplication(request: ApplicationRequest): Promise<ApplicationCredentials>
  listApplications(): Promise<ApplicationList['applications']>
  deleteApplication(applicationId: string): Promise<void>
  /** Only what is given changes. */
  changeSettings(applicationId: string, patch: ApplicationSettingsPatch): Promise<Application>
  rotateKey(applicationId: string, kind: CredentialKind): Promise<RotateResponse>
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

  return {
    createApplication: async (request) =>
      parse(applicationCredentials, await call('POST', '/v1/admin/applications', request)),
    listApplications: async () => parse(applicationList, await call('GET', '/v1/admin/applications')).applications,
    async deleteApplication(applicationId) {
      await call('DELETE', at(applicationId))
    },
    changeSettings: async (applicationId, patch) =>
      parse(application, await call('PATCH', `${at(applicationId)}/settings`, patch)),
    rotateKey: async (applicationId, kind) =>
      parse(rotateResponse, await call('POST', `${at(applicationId)}/keys`, { kind })),
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
