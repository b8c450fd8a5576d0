import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import * as z from 'zod/mini'
import * as applications from './applications.ts'
import * as challenges from './challenges.ts'
import * as consentTexts from './consent-text.ts'
import * as consents from './consents.ts'
import * as errors from './errors.ts'
import * as faces from './faces.ts'
import * as frames from './frames.ts'
import * as galleries from './galleries.ts'
import * as monitoring from './monitoring.ts'
import * as passkeys from './passkeys.ts'
import * as people from './people.ts'
import * as results from './results.ts'
import * as sessions from './sessions.ts'
import * as signingKeys from './signing-keys.ts'
import * as stepUps from './step-ups.ts'
import * as storedKeys from './stored-keys.ts'
import * as subjects from './subjects.ts'
import * as submissions from './submissions.ts'
import * as sync from './sync.ts'
import { apiSchemaSha256, syncSchemaSha256 } from './version.ts'
import * as webhooks from './webhooks.ts'

const resources = {
  applications,
  challenges,
  consents,
  consentTexts,
  errors,
  faces,
  frames,
  galleries,
  monitoring,
  passkeys,
  people,
  results,
  sessions,
  signingKeys,
  stepUps,
  storedKeys,
  subjects,
  submissions,
  sync,
  webhooks,
}

/** Each exported schema, named `resource.schema`, in alphabetical order. */
const schemas = Object.entries(resources).flatMap(([resource, exports]) =>
  Object.entries(exports as Record<string, unknown>)
    .filter((entry): entry is [string, z.core.$ZodType] => entry[1] instanceof z.core.$ZodType)
    .map(([name, schema]) => [`${resource}.${name}`, z.toJSONSchema(schema)] as const),
)

test('[WI1] the wire contract changes only together with its pinned hash', () => {
  const sorted = schemas.sort(([a], [b]) => (a < b ? -1 : 1))
  expect(sorted.length).toBeGreaterThan(30)
  expect(createHash('sha256').update(JSON.stringify(sorted)).digest('hex')).toBe(apiSchemaSha256)
})

test('[WI3] what devices and the server say to each other changes only together with its own pinned hash', () => {
  const sorted = schemas.filter(([name]) => name.startsWith('sync.')).sort(([a], [b]) => (a < b ? -1 : 1))
  expect(sorted.length).toBeGreaterThan(20)
  const pinned = createHash('sha256').update(JSON.stringify([sync.syncProtocol, sorted]))
  expect(pinned.digest('hex')).toBe(syncSchemaSha256)
})

test('[WI2] every object of the contract refuses unknown fields', () => {
  const open: string[] = []
  const visit = (name: string, node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    const schema = node as Record<string, unknown>
    if (schema.properties !== undefined && schema.additionalProperties !== false) open.push(name)
    for (const [key, child] of Object.entries(schema)) visit(`${name}.${key}`, child)
  }
  for (const [name, schema] of schemas) visit(name, schema)
  expect(open).toEqual([])
})
