import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { ImageAnalyser } from '../../packages/server/src/domain/image-analyser.ts'
import { type ColouredPicture, colourAnalyser, drawPicture } from './colour-analyser.ts'
import { type Answer, openTestApp, type Sent, type TestApp, type TestApplication } from './test-app.ts'

/** What the tests of the dialect call: two applications with a key each. */
export let rig: TestApp
export let shop: TestApplication
export let other: TestApplication
export let key: string
export let otherKey: string

/** Opens them for the tests of one file. */
export function useUfmeRig(analyser: ImageAnalyser = colourAnalyser): void {
  beforeAll(async () => {
    rig = await openTestApp({ analyser })
    shop = await rig.createApplication()
    other = await rig.createApplication()
    key = shop.credentials.ufme.api_key
    otherKey = other.credentials.ufme.api_key
  })
  // Whatever a request was: nothing went wrong inside, and no prototype was touched.
  afterEach(() => {
    expect(rig.failures).toEqual([])
    expect(Object.prototype).not.toHaveProperty('polluted')
  })
  afterAll(() => rig.close())
}

export interface XmlAnswer extends Answer {
  /** Name and value of each element below the root, in their order. A list is an array. */
  readonly elements: readonly (readonly [name: string, value: unknown])[]
  readonly root: string
  /** The same by name. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
  readonly xml: any
}

const parser = new XMLParser({
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
  isArray: (name) => name === 'candidate',
})

/** Every answer of these routes is well-formed XML without a declaration; a failure says what and why and nothing else. */
export function checkedXml(answer: Answer): XmlAnswer {
  expect(answer.headers.get('content-type')).toBe('application/xml; charset=utf-8')
  expect(XMLValidator.validate(answer.text)).toBe(true)
  const [[root, xml]] = Object.entries(parser.parse(answer.text)) as [[string, object]]
  const elements = Object.entries(xml)
  if (answer.status === 200) expect(elements[0]).toEqual(['status', 'OK'])
  else {
    expect([400, 401, 404, 405, 406, 409, 413, 422, 429, 451, 503]).toContain(answer.status)
    expect([root, xml]).toEqual([
      'ErrorResponse',
      { status: 'ERROR', code: expect.stringMatching(/^[A-Z_0-9]+$/), message: expect.any(String) },
    ])
    expect(elements.map(([name]) => name)).toEqual(['status', 'code', 'message'])
  }
  return { ...answer, root, elements, xml }
}

export const withKey = (given = key) => ({ 'x-api-key': given })

export const send = async (method: string, path: string, sent: Sent = {}): Promise<XmlAnswer> =>
  checkedXml(await rig.send(method, `/compat/ufme/api/v1/${path}`, sent))

/** A form with a picture and its metadata; `undefined` leaves a part out. */
export async function form(picture: Uint8Array | undefined, metadata?: object | string, given = key): Promise<Sent> {
  const data = new FormData()
  if (picture !== undefined) data.set('image', new Blob([Uint8Array.from(picture)]), 'probe.jpg')
  if (metadata !== undefined) data.set('metadata', typeof metadata === 'string' ? metadata : JSON.stringify(metadata))
  return formOf(data, given)
}

export async function formOf(data: FormData, given = key): Promise<Sent> {
  const request = new Request('http://localhost', { method: 'POST', body: data })
  const type = request.headers.get('content-type')!
  return { raw: await request.arrayBuffer(), headers: { ...withKey(given), 'content-type': type } }
}

export const picture = (drawn: ColouredPicture = {}): Promise<Buffer> => drawPicture(drawn).toBuffer()

export const call = async (path: string, drawn: ColouredPicture, metadata?: object, given = key) =>
  send('POST', path, await form(await picture(drawn), metadata, given))
export const enrol = (subjectId: string, person: number, metadata: object = {}, given = key) =>
  call('enrol', { person }, { subject_id: subjectId, ...metadata }, given)
export const remove = (metadata: object, given = key) =>
  send('POST', 'delete', { body: metadata, headers: withKey(given) })
export const get = (path: string, given = key) => rig.send('GET', `/compat/ufme/${path}`, { headers: withKey(given) })

/** Ids of who is found. */
export const namesOf = ({ xml }: XmlAnswer): readonly string[] =>
  (xml.candidates === '' ? [] : xml.candidates.candidate).map((each: { subject_id: string }) => each.subject_id)
