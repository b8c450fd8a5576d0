import XmlBuilder from 'fast-xml-builder'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** Elements by name, written in this order; a list is that many elements of one name. Names are ours, texts are anybody's. */
export interface XmlElements {
  readonly [name: string]: string | XmlElements | readonly (string | XmlElements)[]
}

/** A carriage return is escaped because a reader takes a bare one for a line feed (XML 1.0, 2.11). */
const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\r': '&#13;',
}

/** What no document may hold, not even escaped (XML 1.0, 2.2): it is shown as a replacement character. */
const forbidden = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu

const escapeText = (text: string): string =>
  text.replace(forbidden, '\ufffd').replace(/[&<>"'\r]/g, (char) => escapes[char]!)

const builder = new XmlBuilder({
  processEntities: false,
  tagValueProcessor: (_, text) => escapeText(String(text)),
})

/** A whole document without a declaration: UTF-8, as the content type says. */
export const toXml = (root: string, elements: XmlElements): string => builder.build({ [root]: elements })

/** Answers with a document. */
export const answerXml = (
  c: Context,
  root: string,
  elements: XmlElements,
  status: ContentfulStatusCode = 200,
): Response => c.body(toXml(root, elements), status, { 'Content-Type': 'application/xml; charset=utf-8' })
