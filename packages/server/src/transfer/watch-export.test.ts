import fc from 'fast-check'
import { expect, test } from 'vitest'
import { watchExport } from './watch-export.ts'

const person = '{"type":"person","name":"Zoë 😀","payload":{"type":"person"}}'
const end = { type: 'end', people: 2, sha256: 'ab'.repeat(32) }
const bytes = Buffer.from(`{"type":"header"}\n${person}\n${person}\n${JSON.stringify(end)}\n`)

test('[MV7] people are counted and the end is found wherever an export is cut into chunks', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(bytes.length), { maxLength: 20 }), (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), bytes.length]
      const watch = watchExport()
      const counted = places.slice(1).map((to, i) => watch.see(bytes.subarray(places[i], to)))
      expect(counted.at(-1)).toBe(2)
      expect(watch.end()).toEqual(end)
    }),
  )
})

test('[MV7] what is cut before its end has none', () => {
  const watch = watchExport()
  watch.see(bytes.subarray(0, -1))
  expect(watch.end()).toBeUndefined()
})
