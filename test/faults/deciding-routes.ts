import { syncProtocol } from '@mien/shared/api/sync'
import type { FaceAnalysis } from '@mien/shared/vision/types'
import type { ImageAnalyser } from '../../packages/server/src/domain/image-analyser.ts'
import { createCaptureCeremonies } from '../contract/capture-ceremony.ts'
import { colourAnalyser, drawPicture } from '../contract/colour-analyser.ts'
import { createDeviceCeremonies } from '../contract/device-ceremony.ts'
import { type Answer, type TestApp, type TestApplication, testModel } from '../contract/test-app.ts'
import { syntheticFrame, syntheticPerson } from '../fixtures/synthetic-templates.ts'
import { createTestDevice } from '../fixtures/test-device.ts'
import { openTellingKiosk } from './telling-kiosk.ts'

/** A route that decides about somebody, or that a decision begins with. */
export interface DecidingRoute {
  readonly name: string
  /** What it needs beside the database. */
  readonly needs: readonly ('pictures' | 'session')[]
  /** Does what comes before. @returns the call, to be made once */
  prepare(): Promise<() => Promise<Answer>>
  /** Whether the answer lets somebody in, or says that something is so. */
  isAccept(answer: Answer): boolean
}

/** Pictures that say what they show: of colours, and of captures. */
export const describedAnalyser: ImageAnalyser = {
  async analyse(file, options) {
    const text = Buffer.from(file).toString()
    if (!text.startsWith('{')) return colourAnalyser.analyse(file, options)
    const { person, seed, yaw, pitch, height, light } = JSON.parse(text)
    const primary = {
      detection: { box: { x: 50, y: 50, width: 110, height }, score: 0.9 },
      pose: { yawDegrees: yaw, pitchDegrees: pitch, rollDegrees: 0 },
      quality: { interEyeDistancePx: 60, insideRatio: 1 },
      pad: { live: 0.9, modelId: 'pad' },
      template: { modelId: testModel.modelId, vector: syntheticFrame(syntheticPerson(person), seed) },
    } as unknown as FaceAnalysis
    return {
      width: 256,
      height: 256,
      faces: [primary],
      primary,
      light: { face: light, around: [0.3, 0.3, 0.3] },
    }
  },
  check: async () => {},
}

const looks = {
  centre: { yaw: 0, pitch: -20, height: 140 },
  left: { yaw: 20, pitch: -20, height: 140 },
  right: { yaw: -20, pitch: -20, height: 140 },
  up: { yaw: 0, pitch: -35, height: 140 },
  down: { yaw: 0, pitch: 0, height: 140 },
  closer: { yaw: 0, pitch: -20, height: 175 },
} as const

const emitted = (colour: string): number[] =>
  [1, 3, 5].map((at) => (Number.parseInt(colour.slice(at, at + 2), 16) / 255) ** 2.2)

let people = 660_000
let colours = 3
let seeds = 1
const newPerson = () => syntheticPerson(++people)
const isOk = ({ status, json }: Answer): boolean => status < 300 && (json?.status === undefined || json.status === 'ok')
const isSuccess = ({ status }: Answer): boolean => status < 300

/** All of one server. */
export async function decidingRoutes(rig: TestApp): Promise<readonly DecidingRoute[]> {
  const plain = { prevent_duplicates: false } as const
  const shop = await rig.createApplication({ ...plain, offline: 'both' })
  const asking = await rig.createApplication({ ...plain, pin_authenticate: 'always' })
  const strict = await rig.createApplication({
    ...plain,
    min_assurance_enroll: 'A2',
    min_assurance_authenticate: 'A2',
  })
  return [
    ...ceremonyRoutes(rig, shop),
    verifiedCapture(rig, strict),
    stepUp(rig, asking),
    ...nativePictures(shop),
    ...dialects(rig, shop),
    sync(rig, shop),
  ]
}

function ceremonyRoutes(rig: TestApp, shop: TestApplication): DecidingRoute[] {
  const asPage = (token: string, path: string, body: object) =>
    rig.send('POST', path, { authorization: `Session ${token}`, headers: { origin: 'https://shop.example' }, body })
  /** Each in an application of its own: a gallery that grows does not identify by a face alone for ever. */
  const submission = async (operation: 'enroll' | 'authenticate') => {
    const own = await rig.createApplication({ prevent_duplicates: false })
    const person = newPerson()
    if (operation === 'authenticate') await own.enroll(person)
    const ceremony = await own.begin({ operation })
    return { own, call: () => own.submit(ceremony, person) }
  }
  const submitting = async (operation: 'enroll' | 'authenticate') => (await submission(operation)).call
  return [
    {
      name: 'session',
      needs: [],
      prepare: async () => () => shop.openSession({ operation: 'authenticate' }),
      isAccept: isSuccess,
    },
    {
      name: 'challenge',
      needs: ['session'],
      async prepare() {
        const { session } = await shop.begin({ operation: 'authenticate' })
        return () => asPage(session.client_token, '/v1/challenges', {})
      },
      isAccept: isSuccess,
    },
    { name: 'enrolment A0', needs: ['session'], prepare: () => submitting('enroll'), isAccept: isOk },
    { name: 'sign-in A0', needs: ['session'], prepare: () => submitting('authenticate'), isAccept: isOk },
    {
      name: 'sign-in A1',
      needs: ['session'],
      async prepare() {
        const ceremonies = createDeviceCeremonies(rig, shop)
        const [person, device] = [newPerson(), createTestDevice()]
        await ceremonies.run('enroll', person, device)
        const ceremony = await ceremonies.begin({ operation: 'authenticate' }, device)
        return () => ceremonies.submit(ceremony, person, device)
      },
      isAccept: isOk,
    },
    {
      name: 'redeem',
      needs: ['session'],
      async prepare() {
        const { own, call } = await submission('authenticate')
        const { result_code } = (await call()).json
        return () => own.backend('POST', '/v1/results/redeem', { result_code })
      },
      isAccept: isSuccess,
    },
  ]
}

function verifiedCapture(rig: TestApp, strict: TestApplication): DecidingRoute {
  const ceremonies = createCaptureCeremonies(rig, strict)
  return {
    name: 'enrolment A2',
    needs: ['session', 'pictures'],
    async prepare() {
      const [device, person] = [createTestDevice(), ++people]
      const ceremony = await ceremonies.begin('enroll', device)
      let atMs = 600
      const pictures = ceremony.script.steps.map((step, i) => {
        if (i > 0) atMs += step.kind === 'flash' ? step.ms : 900
        const colour = step.kind === 'flash' ? step.colour : '#959595'
        const light = emitted(colour).map((value) => 0.2 * (1 + 0.3 * value))
        const look = looks[step.kind === 'flash' ? 'centre' : step.pose]
        return { jpeg: Buffer.from(JSON.stringify({ person, seed: seeds++, ...look, light })), atMs }
      })
      const vectors = [0, 1, 2].map(() => syntheticFrame(syntheticPerson(person), seeds++))
      return () => ceremonies.submit(ceremony, { vectors, pictures })
    },
    isAccept: isOk,
  }
}

function stepUp(rig: TestApp, asking: TestApplication): DecidingRoute {
  return {
    name: 'step-up',
    needs: ['session'],
    async prepare() {
      const ceremonies = createDeviceCeremonies(rig, asking)
      const person = newPerson()
      await asking.enroll(person, { pin: '826401' })
      const ceremony = await asking.begin({ operation: 'authenticate' })
      const asked = await asking.submit(ceremony, person)
      return () => ceremonies.stepUp(ceremony, asked, '826401')
    },
    isAccept: isOk,
  }
}

/** Of somebody new whose face is enrolled with this picture. */
async function enrolledPicture(shop: TestApplication) {
  const image = await newPicture()
  const facialId: string = (await shop.backend('POST', '/v1/subjects', {})).json.facial_id
  await shop.backend('POST', `/v1/subjects/${facialId}/faces`, { image })
  return { image, facialId }
}

async function newPicture(): Promise<string> {
  colours = (colours % 250) + 1
  return (await drawPicture({ person: colours }).toBuffer()).toString('base64')
}

const nativePictures = (shop: TestApplication): DecidingRoute[] => [
  {
    name: 'verify',
    needs: ['pictures'],
    async prepare() {
      const { image, facialId } = await enrolledPicture(shop)
      return () => shop.backend('POST', '/v1/verify', { image, facial_id: facialId })
    },
    isAccept: isSuccess,
  },
  {
    name: 'identify',
    needs: ['pictures'],
    async prepare() {
      const { image } = await enrolledPicture(shop)
      return () => shop.backend('POST', '/v1/identify', { image })
    },
    isAccept: isSuccess,
  },
]

function dialects(rig: TestApp, shop: TestApplication): DecidingRoute[] {
  const { ufme, ticos, idaas, faceio, uqudo } = shop.credentials
  const pictured = (
    name: string,
    call: (of: { image: string; facialId: string }) => Promise<Answer>,
  ): DecidingRoute => ({
    name,
    needs: ['pictures'],
    async prepare() {
      const of = await enrolledPicture(shop)
      return () => call(of)
    },
    isAccept: isSuccess,
  })
  const asUfme = (path: string, body: object) =>
    rig.send('POST', `/compat/ufme/api/v1/${path}`, { headers: { 'x-api-key': ufme.api_key }, body })
  const uqudoToken = async (): Promise<string> => {
    const { client_id, client_secret } = uqudo
    const raw = new URLSearchParams({ grant_type: 'client_credentials', client_id, client_secret }).toString()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    return (await rig.send('POST', '/compat/uqudo/api/oauth/token', { raw, headers })).json.access_token
  }
  const uqudoRoute = (name: string, path: string, bodyOf: (image: string) => object): DecidingRoute => ({
    name,
    needs: ['pictures'],
    async prepare() {
      const [{ image }, token] = [await enrolledPicture(shop), await uqudoToken()]
      return () =>
        rig.send('POST', `/compat/uqudo/api/v1/face/${path}`, { authorization: `Bearer ${token}`, body: bodyOf(image) })
    },
    isAccept: isSuccess,
  })
  return [
    pictured('UFME verify', ({ image, facialId }) => asUfme('verify', { image, subject_id: facialId })),
    pictured('UFME search', ({ image }) => asUfme('search', { image })),
    uqudoRoute('uqudo match', 'match', (image) => ({ sourceImage: image, targetImage: image })),
    uqudoRoute('uqudo search', 'one-to-n/search', (idPhoto) => ({ idPhoto })),
    {
      name: 'Ticos create',
      needs: ['pictures'],
      async prepare() {
        const data = new FormData()
        data.set('name', 'Ada')
        data.set('image', new File([Buffer.from(await newPicture(), 'base64')], 'face.png', { type: 'image/png' }))
        const request = new Request('http://localhost', { method: 'POST', body: data })
        const headers = { 'content-type': request.headers.get('content-type')! }
        const raw = await request.arrayBuffer()
        const authorization = `Bearer ${ticos.terminal_secret}`
        return () => rig.send('POST', '/compat/ticos/v1/api/faces', { authorization, headers, raw })
      },
      isAccept: isSuccess,
    },
    {
      name: 'IDaaS face',
      needs: [],
      async prepare() {
        const user: string = (await shop.backend('POST', '/v1/subjects', {})).json.facial_id
        const body = { applicationId: idaas.application_id, sharedSecret: idaas.shared_secret }
        const login = await rig.send('POST', '/compat/idaas/api/web/v1/adminapi/authenticate', { body })
        const authorization: string = login.json.authToken
        return () => rig.send('POST', `/compat/idaas/api/web/v2/users/${user}/face`, { authorization, body: {} })
      },
      isAccept: isSuccess,
    },
    pictured('FACEIO faceverify', ({ image }) =>
      rig.send('POST', '/compat/faceio/faceverify', { body: { key: faceio.api_key, src: image, target: image } }),
    ),
  ]
}

function sync(rig: TestApp, shop: TestApplication): DecidingRoute {
  return {
    name: 'sync',
    needs: [],
    async prepare() {
      const ada = newPerson()
      await shop.enroll(ada)
      const { kiosk, device_id, events } = await openTellingKiosk(rig, shop, ada)
      return () => kiosk.post('/v1/sync', { protocol: syncProtocol, device_id, cursor: null, events })
    },
    isAccept: ({ status, json }) =>
      status === 200 && json.answers.some((each: { status: string }) => each.status === 'accepted'),
  }
}
