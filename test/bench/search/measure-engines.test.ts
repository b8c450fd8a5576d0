import { expect, test } from 'vitest'
import { recallOf } from './measure-engines.ts'

const probe = (person: number, isMated: boolean) => ({ vector: new Float32Array(16), person, isMated })

const probes = [probe(1, true), probe(2, true), probe(90, false), probe(91, false)]
const exact = [
  { row: 4, person: 1, score: 0.6 },
  { row: 8, person: 2, score: 0.7 },
  { row: 40, person: 10, score: 0.4 },
  { row: 44, person: 11, score: 0.3 },
]

test('an answer counts by who exact search finds, for enrolled people and strangers apart', () => {
  const answers = [
    { person: 1, score: 0.6 },
    { person: 3, score: 0.69 },
    { person: 10, score: 0.4 },
    { person: -1, score: Number.NaN },
  ]
  expect(recallOf(answers, { probes, exact })).toEqual({
    matedPerson: [1, 2],
    strangerPerson: [1, 2],
    template: [2, 4],
    ties: 0,
  })
})

test('another template of the right person is the person, and not the template', () => {
  const answers = [
    { person: 1, score: 0.55 },
    { person: 2, score: 0.7004 },
  ]
  expect(recallOf(answers, { probes, exact })).toEqual({
    matedPerson: [2, 2],
    strangerPerson: [0, 0],
    template: [1, 2],
    ties: 0,
  })
})

test('somebody else at the same cosine, as far as half precision goes, is a tie and not the person', () => {
  const answers = [
    { person: 3, score: 0.6004 },
    { person: 3, score: 0.69 },
  ]
  expect(recallOf(answers, { probes, exact })).toMatchObject({ matedPerson: [0, 2], template: [0, 2], ties: 1 })
})

test('what looks for nobody has no recall, and probes come round again', () => {
  expect(recallOf([null, null], { probes, exact })).toBeNull()
  const twice = [...exact, ...exact].map(({ person, score }) => ({ person, score }))
  expect(recallOf(twice, { probes, exact })?.template).toEqual([8, 8])
})
