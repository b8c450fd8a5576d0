import { setTimeout as sleep } from 'node:timers/promises'
import { toMienError } from '@mien/shared/errors'
import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { type AdmissionOptions, admitRequests } from './admit-requests.ts'

const open = (options: Partial<AdmissionOptions> = {}) => {
  const app = new Hono()
  let done = 0
  const release: (() => void)[] = []
  app.onError((thrown, c) => c.json(toMienError(thrown).details, 503))
  app.use(admitRequests({ maxRequests: 2, maxLoopDelayMs: 100, loopDelayMs: () => 0, ...options }))
  app.all('*', async (c) => {
    await new Promise<void>((resolve) => release.push(resolve))
    done++
    return c.text('done')
  })
  const ask = async (path = '/', type?: string) => {
    const headers = type === undefined ? {} : { 'Content-Type': type }
    return (await app.request(path, { method: 'POST', headers })).status
  }
  const releaseAll = () => {
    for (const each of release.splice(0)) each()
  }
  return { ask, releaseAll, done: () => done, waiting: () => release.length }
}

test('[MS8] more requests than may be answered at once are turned away before anything is done, and the next ones are answered', async () => {
  const { ask, releaseAll, done, waiting } = open()
  const both = [ask(), ask()]
  expect(await ask()).toBe(503)
  expect([waiting(), done()]).toEqual([2, 0])
  releaseAll()
  expect(await Promise.all(both)).toEqual([200, 200])
  const next = ask()
  await expect.poll(waiting).toBe(1)
  releaseAll()
  expect(await next).toBe(200)
})

test('[MS8] a process that is late turns requests away while it is, unless it was told not to', async () => {
  let delay = 101
  const busy = open({ loopDelayMs: () => delay })
  expect(await busy.ask()).toBe(503)
  delay = 100
  const admitted = busy.ask()
  await expect.poll(busy.waiting).toBe(1)
  busy.releaseAll()
  expect(await admitted).toBe(200)
  const never = open({ loopDelayMs: () => 60_000, maxLoopDelayMs: 0 })
  const always = never.ask()
  await expect.poll(never.waiting).toBe(1)
  never.releaseAll()
  expect(await always).toBe(200)
})

test('[MS9] an answer that takes too long is given up, and its place is taken until the work has ended', async () => {
  const { ask, releaseAll, waiting } = open({ maxRequests: 1, maxMs: 5, maxPictureMs: 100_000 })
  expect(await ask()).toBe(503)
  expect([await ask(), waiting()]).toEqual([503, 1])
  releaseAll()
  await sleep(0)
  // Pictures have longer, operators as long as it takes.
  for (const [path, type] of [
    ['/v1/submissions', 'multipart/form-data; boundary=x'],
    ['/compat/ufme/api/v1/verify', 'application/json'],
    ['/v1/admin/audit/heads', 'application/json'],
  ] as const) {
    const slow = ask(path, type)
    await expect.poll(waiting).toBe(1)
    await sleep(20)
    releaseAll()
    expect(await slow).toBe(200)
  }
})
