import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checked, createUser, enrolledUser, facesOf, rig, send, withIdaasRig } from '../contract/idaas-rig.ts'

withIdaasRig()

const user = fc.oneof(
  fc.uuid(),
  fc.string({ maxLength: 20 }).map(encodeURIComponent),
  fc.constantFrom('%00', '%ff', '%'),
)
const path = fc.oneof(
  fc.constantFrom('v1/adminapi/authenticate', 'v1/users', 'v1/face', ''),
  user.map((id) => `v1/users/${id}/face`),
  user.map((id) => `v2/users/${id}/face`),
  user.map((id) => `v1/users/${id}/faces`),
  user.map((id) => `v1/users/${id}/settings/face`),
  user.map((id) => `v1/face/${id}`),
  user.map((id) => `v1/face/${id}/activation`),
)
const methods = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE')
const types = fc.constantFrom('application/json', 'text/plain', 'application/x-www-form-urlencoded', '')

test('[ID7] [ER9] nothing of any shape is a 5xx or another form of answer, with a token or without', async () => {
  const bytes = fc.uint8Array({ maxLength: 300 })
  await fc.assert(
    fc.asyncProperty(methods, path, types, bytes, fc.boolean(), async (method, where, type, raw, isKnown) => {
      const body = method === 'GET' ? {} : { raw: raw as Uint8Array<ArrayBuffer>, headers: { 'content-type': type } }
      const authorization = isKnown ? {} : { authorization: 'x' }
      expect((await send(method, where, { ...body, ...authorization })).status).toBeLessThan(500)
    }),
    { numRuns: 300 },
  )
})

/** Any JSON in the place of each field that some operation reads. */
const fields = fc.record(
  {
    applicantId: fc.oneof(fc.uuid(), fc.jsonValue()),
    workflowRunId: fc.oneof(fc.uuid(), fc.jsonValue()),
    deliverActivationEmail: fc.jsonValue(),
    returnQRCode: fc.jsonValue(),
    encryptedBiometricToken: fc.jsonValue(),
    status: fc.oneof(fc.constantFrom('ACTIVATING', 'NOPE'), fc.jsonValue()),
    expiry: fc.oneof(fc.date().map(String), fc.jsonValue()),
    applicationId: fc.jsonValue(),
    sharedSecret: fc.jsonValue(),
  },
  { requiredKeys: [] },
)

test('[ID7] [ER9] any value of any field is answered or refused, and a refusal changes nothing', async () => {
  const { user: known } = await enrolledUser()
  const before = await facesOf(known)
  await fc.assert(
    fc.asyncProperty(fields, async (body) => {
      const updated = await send('PUT', `v1/users/${known}/face`, { body })
      if (updated.status !== 200) expect(await facesOf(known)).toEqual(before)
      const created = await send('POST', `v2/users/${known}/face`, { body })
      expect([400, 404, 409]).toContain(created.status)
      checked(await rig.send('POST', '/compat/idaas/api/web/v1/adminapi/authenticate', { body }))
    }),
    { numRuns: 200 },
  )
})

test('[ID4] every expiry that is taken comes back as the same moment', async () => {
  const known = await createUser()
  const { user: enrolled } = await enrolledUser()
  expect((await send('PUT', `v1/users/${known}/face`, { body: { expiry: '2030-01-01T00:00:00Z' } })).status).toBe(404)
  const moment = fc.date({
    min: new Date('2000-01-01T00:00:00Z'),
    max: new Date('9000-01-01T00:00:00Z'),
    noInvalidDate: true,
  })
  const offset = fc.integer({ min: -14 * 60, max: 14 * 60 })
  await fc.assert(
    fc.asyncProperty(moment, offset, async (at, minutes) => {
      const local = new Date(at.getTime() + minutes * 60_000).toISOString().slice(0, -1)
      const pad = (value: number) => String(value).padStart(2, '0')
      const size = Math.abs(minutes)
      const expiry = `${local}${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`
      expect((await send('PUT', `v1/users/${enrolled}/face`, { body: { expiry } })).status).toBe(200)
      expect((await facesOf(enrolled))[0]!.expiry).toBe(at.toISOString())
    }),
    { numRuns: 60 },
  )
})
