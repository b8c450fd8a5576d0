import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { words } from '../i18n/choose-offline-words.ts'
import type { OfflineNews, SettledEvent } from '../offline/offline-news.ts'
import { createSyncLine } from './sync-line.ts'

beforeEach(() => vi.stubGlobal('navigator', { languages: ['en'] }))
afterEach(() => vi.unstubAllGlobals())

const accepted: SettledEvent = {
  eventId: 'e',
  operation: 'recognised',
  timestamp: '2026-01-01T00:00:00Z',
  answer: { status: 'accepted', facial_id: null },
}
const offline: OfflineNews = { name: 'offline' }
const waiting: OfflineNews = { name: 'waiting', count: 5 }
const synced: OfflineNews = { name: 'synced', events: [accepted, accepted, accepted] }

/** A line of a device on which so many wait, whatever this page heard of them. */
function openLine(countWaiting: () => Promise<number | undefined>) {
  const shown: string[] = []
  const say = createSyncLine({
    locale: 'en',
    loadWords: async () => words.en,
    countWaiting,
    show: (text) => void shown.push(text),
  })
  return { shown, say }
}

it('[UI11] what another tab recorded and told is not counted as if it had waited here', async () => {
  const { shown, say } = openLine(async () => 0)
  await say(synced)
  await say(offline)
  expect(shown).toEqual(['Synced', 'Offline'])
})

it('[UI11] what waited when the page opened and is told by now waits no longer', async () => {
  const { shown, say } = openLine(async () => 0)
  await Promise.all([say(synced), say(waiting)])
  expect(shown).toEqual(['Synced', 'Synced'])
})

it('[UI11] the news are said in their order, however long counting takes', async () => {
  const count = vi.fn(async () => 1)
  count.mockImplementationOnce(() => new Promise((resolve) => setTimeout(resolve, 20, 5)))
  const { shown, say } = openLine(count)
  await Promise.all([say(waiting), say(synced), say(offline)])
  expect(shown).toEqual(['Waiting to sync: 5', 'Synced', 'Waiting to sync: 1'])
})

it('[UI11] a device that cannot say what waits leaves what was told of it', async () => {
  const { shown, say } = openLine(() => Promise.reject(new Error('The disk is full')))
  await say(waiting)
  await say(offline)
  expect(shown).toEqual(['Waiting to sync: 5', 'Waiting to sync: 5'])
})
