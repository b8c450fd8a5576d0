import type { ApplicationSettingsPatch } from '@mien/shared/api/applications'
import type { SessionRequest } from '@mien/shared/api/sessions'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApp, type TestApp, type TestApplication } from '../../../../test/contract/test-app.ts'

let rig: TestApp

beforeAll(async () => {
  rig = await openTestApp()
})
afterAll(() => rig.close())

const change = (shop: TestApplication, body: ApplicationSettingsPatch) =>
  rig.send('PATCH', `/v1/admin/applications/${shop.credentials.application_id}/settings`, {
    authorization: `Bearer ${rig.adminToken}`,
    body,
  })

/** Two settings that nobody can meet together. */
const contradictions: [ApplicationSettingsPatch, ApplicationSettingsPatch][] = [
  [{ min_assurance_authenticate: 'A1' }, { device_keys: false }],
  [{ min_assurance_authenticate: 'A2' }, { device_keys: false }],
  [{ min_assurance_enroll: 'A2' }, { device_keys: false }],
  [{ min_assurance_enroll: 'A3' }, { pin_enroll: 'off' }],
  [{ min_assurance_authenticate: 'A3' }, { pin_authenticate: 'off' }],
]

test.each(contradictions)(
  '[LV11] %j and %j are refused, whichever comes second, and both at once',
  async (one, other) => {
    const fields = [...Object.keys(one), ...Object.keys(other)]
    const patches = [
      [one, other],
      [other, one],
      [{}, { ...one, ...other }],
    ] as const
    for (const [first, second] of patches) {
      const shop = await rig.createApplication()
      expect((await change(shop, first)).status).toBe(200)
      const answer = await change(shop, second)
      expect([answer.status, answer.json.error.code, answer.json.error.fields]).toEqual([
        422,
        'request_invalid',
        fields,
      ])
      for (const field of fields) expect(answer.json.error.message).toContain(field)
      const { settings } = (await rig.services.applications.list()).find(
        ({ id }) => id === shop.credentials.application_id,
      )!
      expect(settings).toMatchObject(first)
    }
  },
)

test('[LV11] one patch that changes both so that they agree again is taken', async () => {
  const shop = await rig.createApplication({ min_assurance_authenticate: 'A1' })
  expect((await change(shop, { min_assurance_authenticate: 'A0', device_keys: false })).status).toBe(200)
  expect((await change(shop, { min_assurance_authenticate: 'A1', device_keys: true })).status).toBe(200)
  const other = { min_assurance_authenticate: 'A3', pin_authenticate: 'off', passkeys: 'optional' } as const
  expect((await change(shop, other)).status).toBe(200)
})

test.each<[ApplicationSettingsPatch, SessionRequest, string]>([
  [{ device_keys: false }, { operation: 'authenticate', min_assurance: 'A1' }, 'device_keys'],
  [{ device_keys: false }, { operation: 'enroll', min_assurance: 'A1' }, 'device_keys'],
  [{ pin_enroll: 'off' }, { operation: 'enroll', min_assurance: 'A3' }, 'pin_enroll'],
])('[LV11] where %j no session %j is opened', async (settings, request, hindrance) => {
  const shop = await rig.createApplication(settings)
  const answer = await shop.backend('POST', '/v1/sessions', request)
  expect([answer.status, answer.json.error.fields]).toEqual([422, ['min_assurance', hindrance]])
  expect((await shop.backend('POST', '/v1/sessions', { ...request, min_assurance: 'A0' })).status).toBe(201)
})
