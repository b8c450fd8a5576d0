import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseStrictJson } from './strict-json.ts'

const parse = (text: string) => parseStrictJson(new TextEncoder().encode(text))
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
const bytes = (...values: number[]) => Uint8Array.from(values)

describe('strict JSON', () => {
  it.each([
    ['an empty body', '', 'JSON_INVALID'],
    ['NaN', '{"a":NaN}', 'JSON_INVALID'],
    ['a trailing comma', '{"a":1,}', 'JSON_INVALID'],
    ['a comment', '{/*x*/"a":1}', 'JSON_INVALID'],
    ['single quotes', "{'a':1}", 'JSON_INVALID'],
    ['two values', '{}{}', 'JSON_INVALID'],
    ['a number beyond a double', '{"a":1e999}', 'REQUEST_INVALID'],
    ['20 000 levels', nested(20_000), 'JSON_DEPTH'],
    ['33 levels', nested(33), 'JSON_DEPTH'],
    ['__proto__', '{"__proto__":{"polluted":1}}', 'UNKNOWN_FIELD'],
    ['an escaped __proto__', '{"\\u005f_proto__":1}', 'UNKNOWN_FIELD'],
    ['constructor', '{"a":{"constructor":{"prototype":1}}}', 'UNKNOWN_FIELD'],
    ['a key twice', '{"a":1,"a":2}', 'JSON_DUPLICATE_KEY'],
    ['a key twice, once escaped', '{"a":1,"\\u0061":2}', 'JSON_DUPLICATE_KEY'],
    ['a key twice, deep inside', '[{"x":{"b":[],"b":{}}}]', 'JSON_DUPLICATE_KEY'],
    ['NUL in a string', '{"a":"\\u0000"}', 'REQUEST_INVALID'],
    ['NUL in a key', '{"\\u0000":1}', 'REQUEST_INVALID'],
    ['a lone surrogate', '{"a":"\\ud800"}', 'REQUEST_INVALID'],
  ])('refuses %s', (_name, text, code) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code }))
  })

  it.each([
    ['bytes that are not UTF-8', bytes(0x22, 0xff, 0xfe, 0x22), 'UTF8_INVALID'],
    ['an overlong encoding', bytes(0x22, 0xc0, 0xaf, 0x22), 'UTF8_INVALID'],
    ['a byte order mark', bytes(0xef, 0xbb, 0xbf, 0x7b, 0x7d), 'JSON_INVALID'],
  ])('refuses %s', (_name, body, code) => {
    expect(() => parseStrictJson(body)).toThrow(expect.objectContaining({ code }))
  })

  it('takes 32 levels, equal keys in different objects, and strings that look like structure', () => {
    expect(() => parse(nested(32))).not.toThrow()
    expect(parse('{"a":{"a":1},"b":[{"a":1},{"a":2}]}')).toEqual({ a: { a: 1 }, b: [{ a: 1 }, { a: 2 }] })
    expect(parse('{"a":"{\\"a\\":1,\\"a\\":2}","b":"]},:"}')).toEqual({ a: '{"a":1,"a":2}', b: ']},:' })
  })

  it('never pollutes a prototype', () => {
    expect(() => parse('{"a":1,"__proto__":{"polluted":true}}')).toThrow()
    expect(Object.prototype).not.toHaveProperty('polluted')
  })

  it('reads whatever JSON.stringify writes, and gives the same value', () => {
    const value = fc.jsonValue({ maxDepth: 8, stringUnit: 'grapheme' })
    fc.assert(
      fc.property(value, (original) => {
        const text = JSON.stringify(original)
        fc.pre(!/\\u0000|"(?:__proto__|constructor|prototype)":/.test(text))
        expect(JSON.stringify(parse(text))).toBe(text)
      }),
    )
  })

  it('answers a megabyte of hostile text without stalling', () => {
    expect(() => parse(`["${'\\\\'.repeat(400_000)}"]`)).not.toThrow()
    expect(() => parse(`[${'"a",'.repeat(200_000)}1]`)).not.toThrow()
    // As large as a body with two pictures may be.
    expect(() => parse(`["${'\\n'.repeat(6_000_000)}"]`)).not.toThrow()
  })
})
