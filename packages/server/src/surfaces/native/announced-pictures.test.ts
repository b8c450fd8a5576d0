import type { SessionRequest } from '@mien/shared/api/sessions'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDeviceCeremonies } from '../../../../../test/contract/device-ceremony.ts'
import { openTestApp, type TestApp } from '../../../../../test/contract/test-app.ts'

let rig: TestApp

beforeAll(async () => {
  rig = await openTestApp()
})
afterAll(() => rig.close())

describe('[CE82] a session announces pictures', () => {
  test.each<[string, object, SessionRequest, boolean]>([
    ['not where nothing is asked for', {}, { operation: 'authenticate' }, false],
    ['not where a key is enough', { min_assurance_authenticate: 'A1' }, { operation: 'authenticate' }, false],
    ['where the application asks for A2', { min_assurance_authenticate: 'A2' }, { operation: 'authenticate' }, true],
    ['where it asks for A3', { min_assurance_authenticate: 'A3' }, { operation: 'authenticate' }, true],
    ['at an enrolment of more than A0', {}, { operation: 'enroll', min_assurance: 'A1' }, true],
    ['not for the other operation', { min_assurance_enroll: 'A2' }, { operation: 'authenticate' }, false],
    ['where a backend asks for A2', {}, { operation: 'authenticate', min_assurance: 'A2' }, true],
    ['not for a look that decides nothing', { min_assurance_authenticate: 'A2' }, { operation: 'liveness' }, false],
  ])('%s, and then its challenges ask for them', async (_name, settings, request, isVerified) => {
    const ceremonies = createDeviceCeremonies(rig, await rig.createApplication(settings))
    const { session, challenge } = await ceremonies.begin(request)
    expect(session.settings.server_verified).toBe(isVerified)
    expect(challenge.capture_script !== null).toBe(isVerified)
  })

  test.each([true, false])('and tells of colours only where they come: %s', async (flashes) => {
    const ceremonies = createDeviceCeremonies(
      rig,
      await rig.createApplication({ min_assurance_authenticate: 'A2', flashes }),
    )
    const { session, challenge } = await ceremonies.begin({ operation: 'authenticate' })
    expect(session.settings.flashes).toBe(flashes)
    expect(challenge.capture_script?.steps.some(({ kind }) => kind === 'flash')).toBe(flashes)
  })
})
