import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { badPictures, oddPictures } from '../contract/bad-pictures.ts'
import { colourAnalyser, drawPicture } from '../contract/colour-analyser.ts'
import { type GivenAnswer, type PictureRequest, type PictureRoute, pictureRoutes } from '../contract/picture-routes.ts'
import { openTestApp, type TestApp } from '../contract/test-app.ts'
import { createSimulatedWidget } from '../drill/simulated-widget.ts'
import { mediaFile } from '../fixtures/media.ts'
import { mutateImage } from '../fixtures/mutate-image.ts'
import { seededRandom, syntheticPerson } from '../fixtures/synthetic-templates.ts'
import { startServer, type TestServer } from '../rig/server.ts'

/** Pictures that are damaged, or made to do damage, through every route that takes one. */

const maxGrowthBytes = 150_000_000
const ask = async (fetcher: (path: string, init: RequestInit) => Promise<Response>, request: PictureRequest) => {
  const { path, ...init } = request
  const response = await fetcher(path, init)
  const type = response.headers.get('content-type') ?? ''
  return { status: response.status, type, text: await response.text() } satisfies GivenAnswer
}

async function uqudoTokenOf(
  fetcher: (path: string, init: RequestInit) => Promise<Response>,
  { client_id, client_secret }: { readonly client_id: string; readonly client_secret: string },
): Promise<string> {
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id, client_secret })
  const response = await fetcher('/compat/uqudo/api/oauth/token', { method: 'POST', body })
  return ((await response.json()) as { access_token: string }).access_token
}

function expectAnswer(route: PictureRoute, answer: GivenAnswer, what: string): void {
  expect(answer.status, `${what} on ${route.name}: ${answer.text}`).toBeLessThan(500)
  expect(route.isWellFormed(answer), `${what} on ${route.name}: ${answer.status} ${answer.text}`).toBe(true)
}

describe('with the real decoder in place of the networks', () => {
  let rig: TestApp
  let routes: readonly PictureRoute[]
  const fetchHere = async (path: string, init: RequestInit) =>
    rig.fetch(new Request(`http://localhost${path}`, init)) as Promise<Response>

  beforeAll(async () => {
    rig = await openTestApp({ analyser: colourAnalyser })
    const shop = await rig.createApplication({ prevent_duplicates: false })
    const uqudoToken = await uqudoTokenOf(fetchHere, shop.credentials.uqudo)
    const facialId = await shop.enroll(syntheticPerson(200))
    routes = pictureRoutes({ application: shop.credentials, uqudoToken, facialId })
  })
  afterAll(() => rig?.close())

  test.for(badPictures)('[PH1] %s: refused on every route', async ([name, , make]) => {
    const file = await make()
    for (const route of routes) {
      const answer = await ask(fetchHere, route.compose(file))
      expectAnswer(route, answer, name)
      expect(answer.status, `${name} on ${route.name}`).toBeGreaterThanOrEqual(400)
    }
    expect(rig.failures).toEqual([])
  })

  test.for(oddPictures)('[PH1] %s: read on every route', async ([name, make]) => {
    const file = await make()
    for (const route of routes) {
      const answer = await ask(fetchHere, route.compose(file))
      expectAnswer(route, answer, name)
      // What the random colours stand for is another matter: it was decoded.
      expect(answer.text, `${name} on ${route.name}`).not.toMatch(/cannot be decoded|image type|cut short|pixels/i)
    }
    expect(rig.failures).toEqual([])
  })

  const forms: [string, (route: PictureRoute, data: FormData) => void][] = [
    ['M2 the same file twice', (route, data) => data.append(route.field!, new Blob(['x']), 'again')],
    ['M2 1200 parts', (_, data) => Array.from({ length: 1200 }, (_, i) => data.append(`part-${i}`, 'x'))],
    ['M2 a name of 1 MB', (_, data) => data.append('x'.repeat(1_000_000), 'x')],
    ['M3 text in place of the file', (route, data) => data.set(route.field!, 'text')],
    ['I1 no file at all', (route, data) => data.delete(route.field!)],
  ]
  test.each(forms)('%s: refused on every route that takes forms', async (name, spoil) => {
    const file = await drawPicture({ person: 201 }).toBuffer()
    for (const route of routes.filter(({ field }) => field !== null)) {
      // A rename without a picture is what it is.
      if (name.startsWith('I1') && route.name.startsWith('PUT')) continue
      const data = route.compose(file).body as FormData
      spoil(route, data)
      const answer = await ask(fetchHere, route.composeForm(data))
      expectAnswer(route, answer, name)
      expect(answer.status, `${name} on ${route.name}`).toBeGreaterThanOrEqual(400)
    }
    expect(rig.failures).toEqual([])
  })

  test.each([
    ['M1 no boundary', 'multipart/form-data'],
    ['M1 a boundary of 10 KB', `multipart/form-data; boundary=${'b'.repeat(10_000)}`],
    ['M1 unterminated', 'multipart/form-data; boundary=b'],
    ['M1 nested', 'multipart/mixed; boundary=b'],
  ])('%s: refused on every route', async (name, type) => {
    const start = '--b\r\ncontent-disposition: form-data; name="image"; filename="x"\r\n\r\nx'
    const body = Uint8Array.from(Buffer.from(start))
    for (const route of routes) {
      const request = route.composeForm(new FormData())
      const headers = { ...request.headers, 'content-type': type }
      const answer = await ask(fetchHere, { ...request, headers, body })
      expectAnswer(route, answer, name)
      expect(answer.status, `${name} on ${route.name}`).toBeGreaterThanOrEqual(400)
    }
    expect(rig.failures).toEqual([])
  })

  test('[ER9] 1,900 mutated pictures: no 5xx, every answer as its dialect writes it, and no growth of memory', async () => {
    const random = seededRandom(20_261_121)
    const pictures = await seeds()
    const warmUp = 100
    let before = 0
    for (let i = 0; i < 1900; i++) {
      const route = routes[i % routes.length]!
      if (i === warmUp) before = process.memoryUsage.rss()
      expectAnswer(route, await ask(fetchHere, route.compose(mutateImage(pictures, random))), `mutation ${i}`)
    }
    expect(rig.failures).toEqual([])
    expect(process.memoryUsage.rss() - before).toBeLessThan(maxGrowthBytes)
  })
})

/** One picture in three formats, in several spellings, and one that is plain. */
async function seeds(): Promise<readonly Buffer[]> {
  const noise = () => sharp(randomBytes(120 * 90 * 3), { raw: { width: 120, height: 90, channels: 3 } })
  const files = [
    noise().jpeg(),
    noise().jpeg({ progressive: true }),
    noise().png(),
    noise().png({ palette: true }),
    noise().webp(),
    noise().webp({ lossless: true }),
    drawPicture({ person: 202 }),
  ]
  return Promise.all(files.map((file) => file.toBuffer()))
}

describe('through the server as a process, with its networks', () => {
  let server: TestServer
  let routes: readonly PictureRoute[]
  const fetchThere = (path: string, init: RequestInit) => fetch(new URL(path, server.url), init)

  beforeAll(async () => {
    server = await startServer({ MIEN_DEMO: 'off', MIEN_API_CALLS_PER_MINUTE: '100000' })
    const application = await server.admin.createApplication({ name: 'Shop' })
    await server.admin.changeSettings(application.application_id, { prevent_duplicates: false })
    const enrolled = await createSimulatedWidget(server.url, application.public_id).run('enroll', syntheticPerson(1))
    if (enrolled.status !== 'ok' || enrolled.disclosed === null) throw new Error(JSON.stringify(enrolled))
    const uqudoToken = await uqudoTokenOf(fetchThere, application.uqudo)
    routes = pictureRoutes({ application, uqudoToken, facialId: enrolled.disclosed.facial_id })
  })
  afterAll(() => server?.close())

  const rss = async (): Promise<number> => {
    const { pid } = JSON.parse(await readFile(join(server.dataDir, 'server.json'), 'utf8')) as { pid: number }
    const status = await readFile(`/proc/${pid}/status`, 'utf8')
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)![1]) * 1024
  }

  test.skipIf(process.platform !== 'linux')(
    '[ER9] 100 mutated photographs: no 5xx, and no growth of memory',
    async () => {
      const photo = sharp(await readFile(await mediaFile('franck_01829.jpg'))).resize({ width: 480 })
      const pictures = await Promise.all([
        photo.clone().jpeg().toBuffer(),
        photo.clone().webp().toBuffer(),
        photo.png().toBuffer(),
      ])
      const random = seededRandom(7)
      for (const picture of pictures)
        for (const route of routes.slice(0, 10)) await ask(fetchThere, route.compose(picture))
      const before = await rss()
      for (let i = 0; i < 100; i++) {
        const route = routes[i % routes.length]!
        expectAnswer(route, await ask(fetchThere, route.compose(mutateImage(pictures, random))), `mutation ${i}`)
      }
      expect((await rss()) - before).toBeLessThan(maxGrowthBytes)
      expect(server.log()).not.toContain('"msg":"failed"')
    },
  )
})
