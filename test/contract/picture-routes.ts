import type { ApplicationCredentials } from '@mien/shared/api/applications'
import { XMLValidator } from 'fast-xml-parser'

/** One request with a picture in it, as `fetch` takes it. */
export interface PictureRequest {
  readonly method: 'POST' | 'PUT'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | FormData | Uint8Array<ArrayBuffer>
}

export interface PictureRoute {
  readonly name: string
  /** Form field that is the file; null where pictures come in another way. */
  readonly field: string | null
  /** Its other fields. */
  readonly fields: Readonly<Record<string, string>>
  compose(file: Uint8Array): PictureRequest
  /** Of a request with this form. */
  composeForm(form: FormData): PictureRequest
  /** Whether the answer has the form of its dialect, good or bad. */
  isWellFormed(answer: GivenAnswer): boolean
}

export interface GivenAnswer {
  readonly status: number
  readonly type: string
  readonly text: string
}

export interface PictureCredentials {
  readonly application: ApplicationCredentials
  readonly uqudoToken: string
  /** Of somebody who is there, 32 digits for Ticos. */
  readonly facialId: string
}

const isJson = ({ type, text }: GivenAnswer, isRight: (body: Record<string, unknown>) => boolean): boolean =>
  type.startsWith('application/json') && isRight(JSON.parse(text))

const dialects = {
  faceio: (answer: GivenAnswer) => isJson(answer, ({ status }) => status === answer.status),
  ticos: (answer: GivenAnswer) =>
    isJson(answer, (body) => (answer.status < 400 ? body.return_code === 0 : typeof body.detail === 'string')),
  uqudo: (answer: GivenAnswer) => isJson(answer, (body) => answer.status < 400 || typeof body.error === 'string'),
  native: (answer: GivenAnswer) =>
    isJson(answer, (body) => answer.status < 400 || typeof (body.error as { code?: unknown })?.code === 'string'),
  ufme: ({ type, text }: GivenAnswer) =>
    type === 'application/xml; charset=utf-8' && XMLValidator.validate(text) === true,
} as const
type Dialect = keyof typeof dialects

const base64 = (file: Uint8Array) => Buffer.from(file).toString('base64')

/** Every route that takes a picture. A new one is a line. */
export function pictureRoutes({ application, uqudoToken, facialId }: PictureCredentials): readonly PictureRoute[] {
  const headersOf: Readonly<Record<Dialect, Readonly<Record<string, string>>>> = {
    faceio: { 'www-authenticate': `Bearer ${application.faceio.api_key}` },
    ticos: { authorization: `Bearer ${application.ticos.terminal_secret}` },
    uqudo: { authorization: `Bearer ${uqudoToken}` },
    ufme: { 'x-api-key': application.ufme.api_key },
    native: { authorization: `Bearer ${application.secret_key}` },
  }
  const about = (dialect: Dialect, path: string, method: 'POST' | 'PUT') => ({
    name: `${method} ${path}`,
    isWellFormed: dialects[dialect],
    request: { method, path, headers: headersOf[dialect] },
  })

  const form = (
    dialect: Dialect,
    path: string,
    field: string,
    fields: Readonly<Record<string, string>> = {},
    method: 'POST' | 'PUT' = 'POST',
  ): PictureRoute => {
    const { name, isWellFormed, request } = about(dialect, path, method)
    const composeForm = (body: FormData) => ({ ...request, body })
    return {
      name: `${name} (form)`,
      field,
      fields,
      isWellFormed,
      composeForm,
      compose(file) {
        const data = new FormData()
        for (const [key, text] of Object.entries(fields)) data.set(key, text)
        data.set(field, new Blob([Uint8Array.from(file)]), 'picture')
        return composeForm(data)
      },
    }
  }

  const json = (
    dialect: Dialect,
    path: string,
    body: (picture: string) => object,
    method: 'POST' | 'PUT' = 'POST',
  ): PictureRoute => {
    const { name, isWellFormed, request } = about(dialect, path, method)
    const headers = { ...request.headers, 'content-type': 'application/json' }
    return {
      name: `${name} (JSON)`,
      field: null,
      fields: {},
      isWellFormed,
      composeForm: (data) => ({ ...request, body: data }),
      compose: (file) => ({ ...request, headers, body: JSON.stringify(body(base64(file))) }),
    }
  }

  const raw = (dialect: Dialect, path: string, query = ''): PictureRoute => {
    const { name, isWellFormed, request } = about(dialect, path, 'POST')
    return {
      name: `${name} (raw)`,
      field: null,
      fields: {},
      isWellFormed,
      composeForm: (data) => ({ ...request, body: data }),
      // The type is judged by content; one has to be said.
      compose: (file) => ({
        ...request,
        path: path + query,
        headers: { ...request.headers, 'content-type': typeOf(file) },
        body: Uint8Array.from(file),
      }),
    }
  }

  const faceOf = `/v1/subjects/${facialId}/faces`
  const someone = JSON.stringify({ subject_id: facialId })
  return [
    json('faceio', '/compat/faceio/faceverify', (src) => ({ src, target: src })),
    json('faceio', '/compat/faceio/agecheck', (img) => ({ img })),
    form('ticos', '/compat/ticos/v1/api/faces', 'image', { name: 'Ada' }),
    form('ticos', `/compat/ticos/v1/api/faces/${facialId.replaceAll('-', '')}`, 'image', { name: 'Ada' }, 'PUT'),
    form('uqudo', '/compat/uqudo/api/v1/face', 'idPhoto'),
    json('uqudo', '/compat/uqudo/api/v1/face', (idPhoto) => ({ idPhoto })),
    json('uqudo', '/compat/uqudo/api/v1/face/match', (image) => ({ sourceImage: image, targetImage: image })),
    json('uqudo', '/compat/uqudo/api/v1/face/one-to-n/search', (idPhoto) => ({ idPhoto })),
    json('uqudo', '/compat/uqudo/api/v1/face/one-to-n/insert', (idPhoto) => ({ idPhoto })),
    form('ufme', '/compat/ufme/api/v1/search', 'image'),
    json('ufme', '/compat/ufme/api/v1/search', (image) => ({ image })),
    form('ufme', '/compat/ufme/api/v1/verify', 'image', { metadata: someone }),
    json('ufme', '/compat/ufme/api/v1/verify', (image) => ({ image, subject_id: facialId })),
    form('ufme', '/compat/ufme/api/v1/enrol', 'image', { metadata: someone }),
    json('ufme', '/compat/ufme/api/v1/enroll', (image) => ({ image, subject_id: facialId })),
    form('native', faceOf, 'image'),
    json('native', faceOf, (image) => ({ image })),
    raw('native', faceOf),
    form('native', '/v1/verify', 'image', { facial_id: facialId }),
    json('native', '/v1/verify', (image) => ({ image, facial_id: facialId })),
    raw('native', '/v1/verify', `?facial_id=${facialId}`),
    form('native', '/v1/identify', 'image'),
    json('native', '/v1/identify', (image) => ({ image })),
    raw('native', '/v1/identify'),
  ]
}

function typeOf(file: Uint8Array): string {
  if (file[0] === 0x89) return 'image/png'
  return file[0] === 0x52 ? 'image/webp' : 'image/jpeg'
}
