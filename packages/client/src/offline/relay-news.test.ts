import { afterEach, expect, it } from 'vitest'
import type { OfflineNews } from './offline-news.ts'
import { relayNews } from './relay-news.ts'

const place = { mode: 'kiosk', endpoint: 'https://face.example/', publicId: 'mp_1' } as const

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

/** A tab, or the service worker: what it heard, from itself too. */
function openTab(of: string = place.publicId) {
  const listeners = new Set<(news: OfflineNews) => void>()
  const heard: OfflineNews[] = []
  const tell = (news: OfflineNews) => {
    heard.push(news)
    for (const listener of [...listeners]) listener(news)
  }
  const subscribe = (listener: (news: OfflineNews) => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  ends.push(relayNews({ ...place, publicId: of }, { tell, subscribe }))
  return { heard, tell }
}

it('[OF18] what the server said to one tab is heard once by each other of the same place, and comes back to none', async () => {
  const [a, b, other] = [openTab(), openTab(), openTab('mp_2')]
  a.tell({ name: 'waiting', count: 1 })
  a.tell({ name: 'synced', events: [] })
  await expect.poll(() => b.heard).toEqual([{ name: 'synced', events: [] }])
  b.tell({ name: 'revoked' })
  await expect.poll(() => a.heard.map(({ name }) => name)).toEqual(['waiting', 'synced', 'revoked'])
  expect(b.heard.map(({ name }) => name)).toEqual(['synced', 'revoked'])
  expect(other.heard).toEqual([])
})
