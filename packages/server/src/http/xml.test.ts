import fc from 'fast-check'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { answerXml, toXml } from './xml.ts'

const parser = new XMLParser({ parseTagValue: false, trimValues: false, htmlEntities: true })
/** As a reader sees it: line ends are one character, references are what they stand for. */
const read = (xml: string) => parser.parse(xml.replace(/\r\n?/g, '\n'))

test('D2 whatever text goes in comes out again; what XML cannot hold comes out as a replacement character', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({
      unit: fc.constantFrom('<', '&', '>', ']]>', '"', "'", '\r', '\n', '\0', '\ud800', '\ufffe', '&amp;', '<!--'),
    }),
  )
  fc.assert(
    fc.property(text, (original) => {
      fc.pre(original !== '')
      const xml = toXml('Answer', { status: 'OK', text: original })
      expect(XMLValidator.validate(xml)).toBe(true)
      const kept = [...original].map((char) => (isForbidden(char) ? '\ufffd' : char)).join('')
      expect(read(xml)).toEqual({ Answer: { status: 'OK', text: kept } })
    }),
  )
})

/** XML 1.0, production 2, the other way round. */
function isForbidden(char: string): boolean {
  const code = char.codePointAt(0)!
  const isControl = code < 0x20 && ![0x9, 0xa, 0xd].includes(code)
  return isControl || (code >= 0xd800 && code < 0xe000) || code === 0xfffe || code === 0xffff
}

test('elements keep their order, lists are repeated elements, an empty one stays', () => {
  const candidates = {
    candidate: [
      { subject_id: 'a', rank: '1' },
      { subject_id: '<&>"\'', rank: '2' },
    ],
  }
  expect(toXml('SearchResponse', { status: 'OK', candidates, quality_score: '0.90', note: '' })).toBe(
    '<SearchResponse><status>OK</status><candidates><candidate><subject_id>a</subject_id><rank>1</rank></candidate>' +
      '<candidate><subject_id>&lt;&amp;&gt;&quot;&apos;</subject_id><rank>2</rank></candidate></candidates>' +
      '<quality_score>0.90</quality_score><note></note></SearchResponse>',
  )
  expect(toXml('A', { candidates: {} })).toBe('<A><candidates></candidates></A>')
  expect(toXml('A', { candidates: { candidate: [] } })).toBe('<A><candidates></candidates></A>')
})

test('an answer says its type, its characters and its status', async () => {
  const app = new Hono().get('/', (c) => answerXml(c, 'A', { text: 'é' }, 404))
  const response = await app.request('/')
  expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/xml; charset=utf-8'])
  expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from('<A><text>é</text></A>', 'utf8'))
})
