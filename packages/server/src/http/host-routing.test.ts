import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApp, type TestApp } from '../../../../test/contract/test-app.ts'
import { type DialectName, dialectNames, dialectRoot } from '../surfaces/dialects.ts'

/** A path that asks for credentials, or needs none, below the root of each dialect. */
const probes: Readonly<Record<string, string>> = {
  faceio: '/about',
  ticos: '/v1/api/faces',
  uqudo: '/api/v1/info/img/0',
  idaas: '/api/web/v1/users/0/faces',
  ufme: '/stats',
}
const hostOf = (name: DialectName) => `${name}.example`

let rig: TestApp
beforeAll(async () => {
  const hosts = new Map(
    dialectNames.flatMap((name) => [[hostOf(name), name] as const, [`second.${hostOf(name)}`, name] as const]),
  )
  rig = await openTestApp({ hosts })
})
afterAll(() => rig.close())

const ask = async (url: string) => {
  const response = await rig.fetch(new Request(url))
  return { status: response.status, body: await response.text() }
}

test.each(dialectNames)('[FA9] under its names %s answers at their root, and is all that there is', async (name) => {
  const path = probes[name]!
  const direct = await ask(`https://mien.example${dialectRoot(name)}${path}`)
  expect([200, 401]).toContain(direct.status)
  for (const host of [
    hostOf(name),
    `second.${hostOf(name)}`,
    `${hostOf(name).toUpperCase()}:8443`,
    `${hostOf(name)}.`,
  ]) {
    expect(await ask(`https://${host}${path}`)).toEqual(direct)
  }
  const unknown = await ask(`https://${hostOf(name)}/nothing/here`)
  expect(unknown.status).toBe(404)
  const others = dialectNames.filter((other) => other !== name).map((other) => dialectRoot(other) + probes[other])
  for (const other of ['/healthz', '/v1/subjects', '/v1/openapi.json', '/.well-known/jwks.json', ...others]) {
    expect(await ask(`https://${hostOf(name)}${other}`)).toEqual(unknown)
  }
})

test('[FA9] a name that nobody mapped is the server itself', async () => {
  for (const host of ['mien.example', 'evil.faceio.example', 'faceio.example.evil.example']) {
    expect((await ask(`https://${host}/healthz`)).status).toBe(200)
    expect((await ask(`https://${host}/about`)).status).toBe(404)
  }
})
