import { expect, it } from 'vitest'
import { words } from '../i18n/choose-offline-words.ts'
import type { OfflineNews, SettledEvent } from '../offline/offline-news.ts'
import { textAfter } from './standing.ts'

/** What is said after each of the news, with so many events that wait then. */
function saidAfter(...all: readonly (readonly [waiting: number, news: OfflineNews])[]): readonly string[] {
  let text = ''
  return all.map(([waiting, news]) => {
    text = textAfter({ waiting, text }, news, words.en, 'en')
    return text
  })
}

const settled = (answer: SettledEvent['answer']): SettledEvent => ({
  eventId: 'e',
  operation: 'recognised',
  timestamp: '2026-01-01T00:00:00Z',
  answer,
})
const quarantined = settled({ status: 'quarantined', reason: 'device_revoked' })
const rejected = settled({ status: 'rejected', code: 'ticket_used' })
const accepted = settled({ status: 'accepted', facial_id: null })

it('[UI11] <mien-face> says what waits, that it is sent, and what the server said', () => {
  const told = saidAfter(
    [0, { name: 'offline' }],
    [2, { name: 'waiting', count: 2 }],
    [2, { name: 'syncing' }],
    [2, { name: 'offline' }],
    [2, { name: 'syncing' }],
    [1, { name: 'synced', events: [accepted] }],
    [1, { name: 'syncing' }],
    [0, { name: 'refused', events: [rejected] }],
    [0, { name: 'syncing' }],
  )
  const [waiting, refused] = ['Waiting to sync: 2', 'Refused by the server']
  expect(told).toEqual(['Offline', waiting, 'Syncing…', waiting, 'Syncing…', 'Synced', 'Syncing…', refused, refused])
})

it('[UI11] it says that somebody looks first only where that is so of all', () => {
  expect(saidAfter([0, { name: 'refused', events: [quarantined, quarantined] }])).toEqual(['Being reviewed'])
  expect(saidAfter([0, { name: 'refused', events: [quarantined, rejected] }])).toEqual(['Refused by the server'])
})

it('[UI11] what goes wrong leaves it saying what waits', () => {
  const waiting = [1, { name: 'waiting', count: 1 }] as const
  expect(saidAfter(waiting, [1, { name: 'failed', error: new Error('no') }])[1]).toBe('Waiting to sync: 1')
  expect(saidAfter(waiting, [1, { name: 'revoked' }])[1]).toBe('This device is no longer allowed')
  expect(saidAfter(waiting, [1, { name: 'locked' }])[1]).toBe('Waiting to sync: 1')
})
