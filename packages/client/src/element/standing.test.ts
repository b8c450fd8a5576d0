import { expect, it } from 'vitest'
import { words } from '../i18n/choose-offline-words.ts'
import type { OfflineNews, SettledEvent } from '../offline/offline-news.ts'
import { nextStanding, nothingYet } from './standing.ts'

/** What is said after each of the news. */
function saidAfter(...all: readonly OfflineNews[]): readonly string[] {
  let standing = nothingYet
  return all.map((news) => {
    standing = nextStanding(standing, news, words.en, 'en')
    return standing.text
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
    { name: 'offline' },
    { name: 'waiting', count: 2 },
    { name: 'syncing' },
    { name: 'offline' },
    { name: 'syncing' },
    { name: 'synced', events: [accepted] },
    { name: 'syncing' },
    { name: 'refused', events: [rejected] },
    { name: 'syncing' },
  )
  const [waiting, refused] = ['Waiting to sync: 2', 'Refused by the server']
  expect(told).toEqual(['Offline', waiting, 'Syncing…', waiting, 'Syncing…', 'Synced', 'Syncing…', refused, refused])
})

it('[UI11] it says that somebody looks first only where that is so of all', () => {
  const waiting = { name: 'waiting', count: 2 } as const
  expect(saidAfter(waiting, { name: 'refused', events: [quarantined, quarantined] })[1]).toBe('Being reviewed')
  expect(saidAfter(waiting, { name: 'refused', events: [quarantined, rejected] })[1]).toBe('Refused by the server')
})

it('[UI11] what goes wrong leaves it saying what waits', () => {
  const waiting = { name: 'waiting', count: 1 } as const
  expect(saidAfter(waiting, { name: 'failed', error: new Error('no') })[1]).toBe('Waiting to sync: 1')
  expect(saidAfter(waiting, { name: 'revoked' })[1]).toBe('This device is no longer allowed')
  expect(saidAfter(waiting, { name: 'locked' })[1]).toBe('Waiting to sync: 1')
})
