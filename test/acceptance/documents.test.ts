import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ApplicationCredentials } from '@mien/shared/api/applications'
import { XMLValidator } from 'fast-xml-parser'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { framesFrom } from '../fixtures/images.ts'
import { type MailServer, openMailServer } from '../fixtures/mail-server.ts'
import { mediaFile } from '../fixtures/media.ts'
import { type CurlAnswer, hasCurl, runCurl } from '../rig/curl.ts'
import { startServer, type TestServer } from '../rig/server.ts'

/**
 * Every operation of the four vendors' documents as a command line of curl, against the server as a process: where a document has a
 * command line it is that one, with another base URL, secret and file. Each succeeds, and fails in each way that its document lists
 * and a request can bring about. 500 and 503 are the suites' in process, where something can be broken.
 */
let server: TestServer
let mailServer: MailServer
let application: ApplicationCredentials
let folder: string
const rows: string[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mien-documents-'))
  mailServer = await openMailServer()
  server = await startServer({
    MIEN_SMTP_URL: `smtp://${mailServer.host}`,
    MIEN_SMTP_FROM: 'Mien <mien@shop.example>',
    MIEN_DEMO: 'off',
  })
  application = await server.admin.createApplication({ name: 'Documents' })
  await server.admin.changeSettings(application.application_id, { retain_images: true })
  await writePictures()
})
afterAll(async () => {
  process.stdout.write(`\nBy ${(await hasCurl) ? 'curl' : 'fetch'}:\n${rows.join('\n')}\n`)
  await Promise.all([server?.close(), mailServer?.close(), rm(folder, { recursive: true, force: true })])
})

/** Two photographs of one man, one of another, and what is none. */
async function writePictures(): Promise<void> {
  const [face, again] = await Promise.all(
    (['franck_01829.jpg', 'franck_02683.jpg'] as const).map(async (name) => readFile(await mediaFile(name))),
  )
  const other = (await framesFrom('manB', [50]))[0]!.bytes
  const blank = sharp({ create: { width: 640, height: 480, channels: 3, background: 'grey' } })
  const files: Readonly<Record<string, Buffer | string>> = {
    'face.jpg': face!,
    'new_face.jpg': again!,
    'other.jpg': other,
    'blank.jpg': await blank.jpeg().toBuffer(),
    'blurred.jpg': await sharp(face).blur(6).jpeg().toBuffer(),
    'face.gif': await sharp(face).gif().toBuffer(),
    'notes.txt': 'This is a text and no picture at all',
    'large.jpg': Buffer.concat([face!, Buffer.alloc(5 * 1024 * 1024 + 1 - face!.length)]),
  }
  await Promise.all(Object.entries(files).map(([name, content]) => writeFile(join(folder, name), content)))
}

/** Runs a command line and writes down what it was and how it was answered. */
async function run(operation: string, expected: number, commandLine: string): Promise<CurlAnswer> {
  const answer = await runCurl(commandLine, folder)
  rows.push(`${String(answer.status).padEnd(5)}${operation}`)
  expect([operation, answer.status], answer.bytes.toString('utf8', 0, 300)).toEqual([operation, expected])
  return answer
}

const textOf = ({ bytes }: CurlAnswer): string => bytes.toString('utf8')

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
function jsonOf(answer: CurlAnswer): any {
  expect(answer.type).toMatch(/^application\/json/)
  return JSON.parse(textOf(answer))
}

const nobody = '0190f2b4-0000-7000-8000-000000000000'

describe('Ticos', () => {
  let api: string
  let secret: string
  beforeAll(() => {
    api = `${server.url}/compat/ticos/v1/api`
    secret = application.ticos.terminal_secret
  })
  const bearer = () => `-H "Authorization: Bearer ${secret}"`
  const multipart = '-H "Content-Type: multipart/form-data"'
  const done = { return_code: 0, return_message: 'Success' }
  const list = () => run('GET /faces', 200, `curl -X GET "${api}/faces" ${bearer()}`)

  test('[TI1] the command lines of the document succeed', async () => {
    expect(jsonOf(await list())).toEqual([])
    const created = `curl -X POST "${api}/faces" ${bearer()} ${multipart} -F "name=Test Face" -F "image=@face.jpg"`
    expect(jsonOf(await run('POST /faces', 200, created))).toEqual(done)
    const [face] = jsonOf(await list())
    const { face_id: id } = face
    expect(face).toEqual({
      face_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      group_id: expect.any(String),
      id: expect.any(Number),
      name: 'Test Face',
    })
    const one = await run('GET /faces/{face_id}', 200, `curl -X GET "${api}/faces/${id}" ${bearer()}`)
    expect(jsonOf(one)).toEqual(face)
    const updated = `curl -X PUT "${api}/faces/${id}" ${bearer()} ${multipart} -F "name=Updated Face Name" -F "image=@new_face.jpg"`
    expect(jsonOf(await run('PUT /faces/{face_id}', 200, updated))).toEqual(done)
    expect(jsonOf(await list())).toEqual([{ ...face, name: 'Updated Face Name' }])
    const shown = `curl -X GET "${api}/faces/${id}/image" ${bearer()} --output kept.jpg`
    const image = await run('GET /faces/{face_id}/image', 200, shown)
    expect([image.type, (await sharp(image.bytes).metadata()).format]).toEqual(['image/jpeg', 'jpeg'])
    const deleted = await run('DELETE /faces/{face_id}', 204, `curl -X DELETE "${api}/faces/${id}" ${bearer()}`)
    expect(deleted.bytes).toHaveLength(0)
    expect(jsonOf(await list())).toEqual([])
  })

  test('[TI5] 400, 401 and 404 where the document has them, each with a detail', async () => {
    const unknown = `${api}/faces/${'0'.repeat(32)}`
    const created = `curl -X POST "${api}/faces" ${bearer()} -F "name=Ada" -F "image=@face.jpg"`
    await run('POST /faces', 200, created)
    const known = `${api}/faces/${jsonOf(await list())[0].face_id}`
    const bad = [
      ...['-F "image=@face.jpg"', '-F "name=Ada"', '-F "name=Ada" -F "image=@notes.txt"'].map(
        (fields) => ['POST /faces', 400, `-X POST "${api}/faces" ${bearer()} ${multipart} ${fields}`] as const,
      ),
      ['PUT /faces/{face_id}', 400, `-X PUT "${known}" ${bearer()} ${multipart} -F "image=@face.jpg"`],
      ['GET /faces/{face_id}', 404, `-X GET "${unknown}" ${bearer()}`],
      ['PUT /faces/{face_id}', 404, `-X PUT "${unknown}" ${bearer()} ${multipart} -F "name=Ada"`],
      ['DELETE /faces/{face_id}', 404, `-X DELETE "${unknown}" ${bearer()}`],
      ['GET /faces/{face_id}/image', 404, `-X GET "${unknown}/image" ${bearer()}`],
      ['GET /faces', 401, `-X GET "${api}/faces"`],
      ['POST /faces', 401, `-X POST "${api}/faces" -F "name=Ada" -F "image=@face.jpg"`],
      ['GET /faces/{face_id}', 401, `-X GET "${unknown}" -H "Authorization: Bearer ts_wrong"`],
      ['PUT /faces/{face_id}', 401, `-X PUT "${unknown}" -H "Authorization: Basic ${secret}" -F "name=Ada"`],
      ['DELETE /faces/{face_id}', 401, `-X DELETE "${unknown}"`],
      ['GET /faces/{face_id}/image', 401, `-X GET "${unknown}/image"`],
    ] as const
    for (const [operation, status, options] of bad) {
      expect(jsonOf(await run(operation, status, `curl ${options}`))).toEqual({ detail: expect.any(String) })
    }
    await run('DELETE /faces/{face_id}', 204, `curl -X DELETE "${known}" ${bearer()}`)
  })
})

describe('uqudo', () => {
  let api: string
  let token: string
  let narrow: string
  const form = '-H "Content-Type: application/x-www-form-urlencoded"'
  const askToken = (secret: string, more = '') =>
    `curl -X POST "${api}/api/oauth/token" ${form} -d "grant_type=client_credentials&client_id=${application.uqudo.client_id}&client_secret=${secret}${more}"`

  beforeAll(async () => {
    api = `${server.url}/compat/uqudo`
    const secret = application.uqudo.client_secret
    const granted = jsonOf(await run('POST /api/oauth/token', 200, askToken(secret)))
    expect(Object.keys(granted)).toEqual(['access_token', 'token_type', 'expires_in', 'scope', 'jti'])
    expect(granted).toMatchObject({ token_type: 'bearer', expires_in: 1800 })
    token = granted.access_token
    narrow = jsonOf(await runCurl(askToken(secret, '&scope=face:match'), folder)).access_token
    await writeBodies()
  })

  async function writeBodies(): Promise<void> {
    const base64 = async (name: string) => (await readFile(join(folder, name))).toString('base64')
    const face = await base64('face.jpg')
    const bodies: Readonly<Record<string, object>> = {
      'face.json': { idPhoto: face },
      'insert.json': { idPhoto: face, insert: true },
      'again.json': { idPhoto: await base64('new_face.jpg') },
      'match.json': { sourceImage: face, targetImage: await base64('new_face.jpg') },
      'same.json': { sourceImage: face, targetImage: face, minimumMatchLevel: 5 },
      'strangers.json': { sourceImage: face, targetImage: await base64('other.jpg') },
      'large.json': { idPhoto: await base64('large.jpg') },
      'large-match.json': { sourceImage: face, targetImage: await base64('large.jpg') },
      'gif.json': { idPhoto: await base64('face.gif') },
      'gif-match.json': { sourceImage: await base64('face.gif'), targetImage: face },
      'nothing.json': {},
      'level.json': { sourceImage: face, targetImage: face, minimumMatchLevel: 6 },
    }
    await Promise.all(Object.entries(bodies).map(([name, body]) => writeFile(join(folder, name), JSON.stringify(body))))
  }

  const post = (path: string, body: string, as = token) =>
    `curl -X POST "${api}${path}" -H "Authorization: Bearer ${as}" -H "Content-Type: application/json" -d @${body}`
  const plain = (method: string, path: string, as = token) =>
    `curl -X ${method} "${api}${path}" -H "Authorization: Bearer ${as}"`
  const faces = '/api/v1/face'
  const oneToN = `${faces}/one-to-n`
  const named = (path: string) => `POST ${path}`

  test('[UQ3] [UQ4] a session and a match', async () => {
    const upload = `${plain('POST', faces)} -F "idPhoto=@face.jpg"`
    const first = jsonOf(await run(named(faces), 201, upload))
    const second = jsonOf(await run(named(faces), 201, post(faces, 'face.json')))
    expect([Object.keys(first), Object.keys(second)]).toEqual([['sessionId'], ['sessionId']])
    expect(first.sessionId).not.toBe(second.sessionId)
    const match = async (body: string) => jsonOf(await run(named(`${faces}/match`), 200, post(`${faces}/match`, body)))
    expect(await match('same.json')).toEqual({ match: true, matchLevel: 5 })
    expect((await match('match.json')).match).toBe(true)
    expect(await match('strangers.json')).toEqual({ match: false, matchLevel: 1 })
    const shown = await run('GET /api/v1/info/img/{id}', 200, plain('GET', `/api/v1/info/img/${first.sessionId}`))
    expect(shown.type).toBe('image/jpeg')
    await run('DELETE /api/v1/info/{sessionId}', 204, plain('DELETE', `/api/v1/info/${first.sessionId}`))
  })

  test('[UQ5] a search, an insertion and its end', async () => {
    const search = async (body: string) =>
      jsonOf(await run(named(`${oneToN}/search`), 200, post(`${oneToN}/search`, body)))
    expect(await search('face.json')).toEqual({ oneToNVerificationMatch: false })
    const { oneToNVerificationId: id, ...miss } = await search('insert.json')
    expect(miss).toEqual({ oneToNVerificationMatch: false })
    const hit = { oneToNVerificationId: id, oneToNVerificationMatch: true }
    expect([await search('again.json'), await search('insert.json')]).toEqual([hit, hit])
    const deleted = (status: number, which: string) =>
      run(
        'DELETE /api/v1/face/one-to-n/search/{oneToNVerificationId}',
        status,
        plain('DELETE', `${oneToN}/search/${which}`),
      )
    expect((await deleted(204, id)).bytes).toHaveLength(0)
    await deleted(404, id)
    const inserted = jsonOf(await run(named(`${oneToN}/insert`), 200, post(`${oneToN}/insert`, 'face.json')))
    expect(inserted).toEqual({ oneToNVerificationId: expect.any(String) })
    await deleted(204, inserted.oneToNVerificationId)
    expect(await search('face.json')).toEqual({ oneToNVerificationMatch: false })
  })

  test('[UQ7] 400, 401, 403, 404, 413 and 415 where the document has them', async () => {
    const takingPictures = [faces, `${oneToN}/search`, `${oneToN}/insert`].flatMap(
      (path) =>
        [
          [named(path), 400, post(path, 'nothing.json')],
          [named(path), 413, post(path, 'large.json')],
          [named(path), 415, post(path, 'gif.json')],
          [named(path), 401, post(path, 'face.json', 'not-a-token')],
          [named(path), 403, post(path, 'face.json', narrow)],
        ] as const,
    )
    const match = `${faces}/match`
    const other = jsonOf(await runCurl(askToken(application.uqudo.client_secret, '&scope=face:search'), folder))
    const bad = [
      ...takingPictures,
      [named(match), 400, post(match, 'level.json')],
      [named(match), 413, post(match, 'large-match.json')],
      [named(match), 415, post(match, 'gif-match.json')],
      [named(match), 401, post(match, 'match.json', 'not-a-token')],
      [named(match), 403, post(match, 'match.json', other.access_token)],
      ...(
        [
          ['DELETE', `${oneToN}/search`, 'oneToNVerificationId'],
          ['GET', '/api/v1/info/img', 'id'],
          ['DELETE', '/api/v1/info', 'sessionId'],
        ] as const
      ).flatMap(([method, path, id]) => [
        [`${method} ${path}/{${id}}`, 404, plain(method, `${path}/${nobody}`)] as const,
        [`${method} ${path}/{${id}}`, 401, `curl -X ${method} "${api}${path}/${nobody}"`] as const,
        [`${method} ${path}/{${id}}`, 403, plain(method, `${path}/${nobody}`, narrow)] as const,
      ]),
      ['POST /api/oauth/token', 401, askToken('wrong')],
      ['POST /api/oauth/token', 400, askToken(application.uqudo.client_secret, '&scope=everything')],
    ] as const
    for (const [operation, status, commandLine] of bad) {
      const described = operation.endsWith('token') ? 'error_description' : 'message'
      const answer = jsonOf(await run(operation, status, commandLine))
      expect(answer).toEqual({ error: expect.any(String), [described]: expect.any(String) })
    }
  })
})

describe('Entrust IDaaS', () => {
  let api: string
  let token: string
  const tokens = new Map<string, string>()
  const json = '-H "Content-Type: application/json" -H "Accept: application/json"'

  const login = (applicationId: string, sharedSecret: string) =>
    `curl -X POST "${api}/v1/adminapi/authenticate" ${json} -d '${JSON.stringify({ applicationId, sharedSecret })}'`

  beforeAll(async () => {
    api = `${server.url}/compat/idaas/api/web`
    const { application_id: id, shared_secret: secret } = application.idaas
    const granted = jsonOf(await run('POST /api/web/v1/adminapi/authenticate', 200, login(id, secret)))
    expect(Object.keys(granted).sort()).toEqual(['authToken', 'creationTime', 'expirationTime'])
    token = granted.authToken
    for (const scope of ['FACE:ADD', 'FACE:VIEW'] as const) {
      const name = scope.replace(':', '-')
      const key = await server.admin.issueKey(application.application_id, { kind: 'idaas', name, scopes: [scope] })
      const answer = await runCurl(login(key.client_id!, key.secret), folder)
      tokens.set(scope, jsonOf(answer).authToken)
    }
  })

  async function createUser(payload: object): Promise<string> {
    const command = `curl -X POST "${server.url}/v1/subjects" -H "Authorization: Bearer ${application.secret_key}" ${json} -d '${JSON.stringify({ payload })}'`
    return jsonOf(await runCurl(command, folder)).facial_id
  }

  const call = (method: string, path: string, { as = token, body }: { as?: string; body?: object } = {}) =>
    `curl -X ${method} "${api}${path}" -H "Authorization: ${as}" ${json}${body === undefined ? '' : ` -d '${JSON.stringify(body)}'`}`
  /** Name, method, path for somebody, body, and a permission that is not its own. */
  const operations = [
    ['E1 POST /v2/users/{userid}/face', 'POST', (id: string) => `/v2/users/${id}/face`, {}, 'FACE:VIEW'],
    ['E2 POST /v1/users/{userid}/face', 'POST', (id: string) => `/v1/users/${id}/face`, {}, 'FACE:VIEW'],
    ['E3 DELETE /v1/face/{faceid}', 'DELETE', (id: string) => `/v1/face/${id}`, undefined, 'FACE:ADD'],
    ['E4 GET /v1/users/{userid}/faces', 'GET', (id: string) => `/v1/users/${id}/faces`, undefined, 'FACE:ADD'],
    [
      'E5 GET /v1/users/{userid}/settings/face',
      'GET',
      (id: string) => `/v1/users/${id}/settings/face`,
      undefined,
      'FACE:ADD',
    ],
    ['E6 PUT /v1/face/{faceid}/activation', 'PUT', (id: string) => `/v1/face/${id}/activation`, undefined, 'FACE:VIEW'],
    [
      'E7 PUT /v1/users/{userid}/face',
      'PUT',
      (id: string) => `/v1/users/${id}/face`,
      { status: 'DISABLED' },
      'FACE:ADD',
    ],
  ] as const
  const [e1, e2, e3, e4, e5, e6, e7] = operations.map(([name]) => name)
  const authenticator = { id: expect.any(String), applicantId: expect.any(String), status: 'ACTIVATING' }

  test('[ID1] [ID2] [ID3] each operation succeeds', async () => {
    const user = await createUser({ email: 'ada@shop.example' })
    expect(jsonOf(await run(e4!, 200, call('GET', `/v1/users/${user}/faces`)))).toEqual([])
    const settings = jsonOf(await run(e5!, 200, call('GET', `/v1/users/${user}/settings/face`)))
    expect(settings.allowedRegistration).toBe(true)
    const body = { returnQRCode: true, deliverActivationEmail: true }
    const { qrCode, expiry, ...created } = jsonOf(await run(e1!, 200, call('POST', `/v2/users/${user}/face`, { body })))
    expect(created).toEqual({ ...authenticator, applicantId: user })
    expect([qrCode.slice(0, 22), new Date(expiry).getTime() > Date.now()]).toEqual(['data:image/png;base64,', true])
    expect(jsonOf(await run(e4!, 200, call('GET', `/v1/users/${user}/faces`)))).toEqual([{ ...created, expiry }])
    const mailed = await run(e6!, 200, call('PUT', `/v1/face/${created.id}/activation`))
    expect([mailed.bytes.length, mailServer.received.length]).toEqual([0, 2])
    const update = call('PUT', `/v1/users/${user}/face`, { body: { status: 'DISABLED' } })
    expect((await run(e7!, 200, update)).bytes).toHaveLength(0)
    const [disabled] = jsonOf(await run(e4!, 200, call('GET', `/v1/users/${user}/faces`)))
    expect(disabled.status).toBe('DISABLED')
    expect((await run(e3!, 200, call('DELETE', `/v1/face/${created.id}`))).bytes).toHaveLength(0)
    const older = jsonOf(await run(e2!, 200, call('POST', `/v1/users/${user}/face`, { body: {} })))
    expect(older).toEqual({ ...authenticator, applicantId: user, expiry: expect.any(String) })
  })

  const errorInfo = (answer: CurlAnswer) =>
    expect(jsonOf(answer)).toMatchObject({ errorCode: expect.any(String), errorMessage: expect.any(String) })

  test('[ID6] [ID8] [ID9] 400, 401, 403 and 404 of each operation', async () => {
    for (const [name, method, path, body, foreign] of operations) {
      const sent = body === undefined ? {} : { body }
      errorInfo(await run(name, 400, call(method, path('nobody'), sent)))
      errorInfo(await run(name, 401, call(method, path(nobody), { ...sent, as: 'not-a-token' })))
      errorInfo(await run(name, 403, call(method, path(nobody), { ...sent, as: tokens.get(foreign)! })))
      errorInfo(await run(name, 404, call(method, path(nobody), sent)))
    }
    errorInfo(
      await run('POST /api/web/v1/adminapi/authenticate', 401, login(application.idaas.application_id, 'wrong')),
    )
  })

  test('[ID1] [ID4] 400 for what is not supported, 409 where something is in the way', async () => {
    const user = await createUser({})
    const encrypted = { encryptedBiometricToken: { encryptedBiometricToken: 'x', customerUserId: 'y' } }
    errorInfo(await run(e1!, 400, call('POST', `/v2/users/${user}/face`, { body: encrypted })))
    const { id } = jsonOf(await runCurl(call('POST', `/v2/users/${user}/face`, { body: {} }), folder))
    errorInfo(await run(e1!, 409, call('POST', `/v2/users/${user}/face`, { body: {} })))
    errorInfo(await run(e2!, 409, call('POST', `/v1/users/${user}/face`, { body: {} })))
    errorInfo(await run(e6!, 400, call('PUT', `/v1/face/${id}/activation`)))
    errorInfo(await run(e7!, 400, call('PUT', `/v1/users/${user}/face`, { body: { status: 'NOPE' } })))
    errorInfo(await run(e7!, 409, call('PUT', `/v1/users/${user}/face`, { body: { status: 'ACTIVE' } })))
    const mailed = await createUser({ email: 'bob@shop.example' })
    const invited = jsonOf(await runCurl(call('POST', `/v2/users/${mailed}/face`, { body: {} }), folder))
    await run(e7!, 200, call('PUT', `/v1/users/${mailed}/face`, { body: { status: 'DISABLED' } }))
    errorInfo(await run(e6!, 409, call('PUT', `/v1/face/${invited.id}/activation`)))
  })
})

describe('UFME', () => {
  let base: string
  /** The key is the password of the base URL; everything behind it is the document's. */
  beforeAll(() => {
    base = `${server.url.replace('://', `://ufme:${application.ufme.api_key}@`)}/compat/ufme`
  })
  const biometric = (operation: string, image: string, metadata: object, at = base) =>
    `curl -X POST ${at}/api/v1/${operation} -F image=@${image} -F 'metadata=${JSON.stringify(metadata)}'`
  const person = { subject_id: 'person-001', partition: 'default' }
  const search = { partition: 'default', top_k: 5, threshold: 0.4 }

  function xmlOf(answer: CurlAnswer): string {
    expect([answer.type, XMLValidator.validate(textOf(answer))]).toEqual(['application/xml; charset=utf-8', true])
    return textOf(answer)
  }
  const namesOf = (xml: string) => [...xml.matchAll(/<([\w]+)\/?>/g)].map(([, name]) => name)

  test('[UF1] the command lines of the document succeed, and elements come in its order', async () => {
    const enrolled = xmlOf(await run('POST /api/v1/enrol', 200, biometric('enrol', 'face.jpg', person)))
    expect(namesOf(enrolled)).toEqual(['EnrolResponse', 'status', 'subject_id', 'quality_score', 'model_id'])
    const found = xmlOf(await run('POST /api/v1/search', 200, biometric('search', 'new_face.jpg', search)))
    expect(found).toContain('<subject_id>person-001</subject_id>')
    const candidate = ['candidates', 'candidate', 'subject_id', 'score', 'rank']
    expect(namesOf(found)).toEqual(['SearchResponse', 'status', ...candidate, 'quality_score', 'model_id'])
    const verified = xmlOf(await run('POST /api/v1/verify', 200, biometric('verify', 'new_face.jpg', person)))
    expect(verified).toContain('<status>OK</status><match>true</match>')
    const elements = ['status', 'match', 'score', 'subject_id', 'quality_score', 'model_id']
    expect(namesOf(verified)).toEqual(['VerifyResponse', ...elements])
    const stranger = xmlOf(await run('POST /api/v1/verify', 200, biometric('verify', 'other.jpg', person)))
    expect(stranger).toContain('<match>false</match>')
    const stats = jsonOf(await run('GET /api/v1/stats', 200, `curl ${base}/api/v1/stats`))
    expect(stats.partitions.default).toBeGreaterThan(0)
    const removal = `curl -X POST ${base}/api/v1/delete -H 'Content-Type: application/json' -d '${JSON.stringify(person)}'`
    const deleted = xmlOf(await run('POST /api/v1/delete', 200, removal))
    expect(deleted).toBe('<DeleteResponse><status>OK</status><subject_id>person-001</subject_id></DeleteResponse>')
    const gone = xmlOf(await run('POST /api/v1/search', 200, biometric('search', 'new_face.jpg', search)))
    expect(gone).not.toContain('person-001')
    await run('POST /api/v1/delete', 404, removal)
  })

  test('[UF4] [UF6] health, partitions and stats are JSON', async () => {
    const health = jsonOf(await run('GET /health', 200, `curl ${server.url}/compat/ufme/health`))
    const components = ['faiss_index', 'onnx_detection', 'onnx_recognition', 'onnx_quality', 'onnx_pad']
    expect([health.status, Object.keys(health.components)]).toEqual(['healthy', components])
    expect(Object.keys(health)).toEqual(['status', 'components'])
    const { partitions } = jsonOf(await run('GET /api/v1/partitions', 200, `curl ${base}/api/v1/partitions`))
    expect(partitions).toContain('default')
    const stats = jsonOf(await run('GET /api/v1/stats', 200, `curl ${base}/api/v1/stats`))
    expect(Object.keys(stats)).toEqual(['total_subjects', 'partitions'])
  })

  test('[UF1] [UF2] 400, 422 and 451 of each operation with a picture, and 401 without a key', async () => {
    const failure = (answer: CurlAnswer) =>
      expect(namesOf(xmlOf(answer))).toEqual(['ErrorResponse', 'status', 'code', 'message'])
    const sent = { search, verify: person, enrol: person }
    await run('POST /api/v1/enrol', 200, biometric('enrol', 'face.jpg', person))
    for (const [operation, metadata] of Object.entries(sent)) {
      const name = `POST /api/v1/${operation}`
      for (const image of ['blank.jpg', 'notes.txt'])
        failure(await run(name, 400, biometric(operation, image, metadata)))
      failure(await run(name, 422, biometric(operation, 'blurred.jpg', metadata)))
      failure(await run(name, 401, biometric(operation, 'face.jpg', metadata, `${server.url}/compat/ufme`)))
    }
    for (const operation of ['verify', 'enrol']) {
      failure(await run(`POST /api/v1/${operation}`, 400, biometric(operation, 'face.jpg', {})))
    }
    const { application_id: id } = application
    await server.admin.changeSettings(id, { ufme_pad_threshold: 1 })
    for (const [operation, metadata] of Object.entries(sent)) {
      failure(await run(`POST /api/v1/${operation}`, 451, biometric(operation, 'face.jpg', metadata)))
    }
  })
})
