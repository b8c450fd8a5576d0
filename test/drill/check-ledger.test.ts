import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { checkLedger } from './check-ledger.ts'
import { createKillLedger } from './kill-ledger.ts'
import type { LoadApplication } from './random-load.ts'

const mark = 'a'

const summary = {
  facial_id: '0190163d-8694-739b-aea5-966c26f8ad90',
  gallery: 'default',
  user_ref: null,
  name: '',
  has_pin: false,
  created_at: '2026-01-01T00:00:00.000Z',
  last_seen_at: null,
}

/** A server that has these people, and carried out every request before whose answer it no longer has. */
async function findingsWith(people: readonly (typeof summary)[]) {
  const server = createServer(({ method, url }, response) => {
    const isList = url!.startsWith('/v1/subjects?')
    const one = { ...people[0], faces: 0, payload: { mark, version: 0 }, consent: null }
    response.statusCode = method === 'POST' ? 409 : 200
    response.end(JSON.stringify(isList ? { subjects: people, next_cursor: null } : one))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const ledger = createKillLedger()
  ledger.lostAnswers.push({ mark, idempotencyKey: 'key' })
  try {
    return await checkLedger({ url, secretKey: 'key' } as LoadApplication, ledger, true)
  } finally {
    server.close()
  }
}

test('[RL1] a request that was carried out and whose answer is lost for good has made somebody, or something is lost', async () => {
  expect(await findingsWith([summary])).toMatchObject({ lost: [], doubled: [], unanswered: { there: 1 } })
  const { lost, doubled } = await findingsWith([])
  expect([lost.length, doubled]).toEqual([1, []])
})
