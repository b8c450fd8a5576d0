import { expect, it } from 'vitest'
import { placeOfTag, tagOfPlace } from './sync-tag.ts'

const place = { mode: 'kiosk', endpoint: 'https://face.example/', publicId: 'mp_1' } as const

it('[OF18] a tag names the place that is to be synced', () => {
  expect(placeOfTag(tagOfPlace(place))).toEqual(place)
})

it.each([
  ['of somebody else', 'news'],
  ['of ours, cut', 'mien-sync ["kiosk"'],
  ['of another use', 'mien-sync ["door","https://face.example/","mp_1"]'],
  ['without an address', 'mien-sync ["kiosk","face","mp_1"]'],
  ['without an id', 'mien-sync ["kiosk","https://face.example/",1]'],
  ['that is no list', 'mien-sync {"mode":"kiosk"}'],
])('[OF18] a tag %s names none', (_what, tag) => {
  expect(placeOfTag(tag)).toBeUndefined()
})
