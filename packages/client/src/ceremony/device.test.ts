import { MienError } from '@mien/shared/errors'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { failureOf, start, token, until, uuid } from './world.fixture.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const settings = { devices: true, consent_required: false }
const key = { public_key: { kty: 'EC', crv: 'P-256', x: token, y: token } }
const notTaken = () => new MienError('SIGNATURE_INVALID')

describe('the key of this device', () => {
  it.each(['enroll', 'authenticate'] as const)('[DK7] on %s it is named, offered and signs', async (operation) => {
    const { ceremony, asked, submissions } = start({ operation, settings }, { enrollIntroTimeout: 0 })
    await until(ceremony, 'done')
    expect(asked.challengeRequests).toEqual([{ device_key_id: '0' }])
    expect(submissions).toMatchObject([{ device: key, level: 'A1' }])
    expect(asked.signatures).toEqual(['0'])
  })

  it('[DK7] where the application has no devices, or the browser keeps no keys, a face goes alone', async () => {
    for (const world of [{ settings: { ...settings, devices: false } }, { settings, isStorageRefused: true }]) {
      const { ceremony, asked, submissions } = start(world)
      await until(ceremony, 'done')
      expect(asked.challengeRequests).toEqual([{}])
      expect(submissions).toMatchObject([{ level: 'A0' }])
      expect(submissions[0]).not.toHaveProperty('device')
      expect(asked.signatures).toEqual([])
    }
  })

  it('[DK8] one that the server does not take is replaced, once', async () => {
    const mended = start({ settings, answers: [notTaken()] })
    await until(mended.ceremony, 'done')
    expect(mended.asked.challengeRequests).toEqual([{ device_key_id: '0' }, { device_key_id: '1' }])
    expect(mended.asked.signatures).toEqual(['0', '1'])
    expect(mended.names).not.toContain('retry')

    const failed = start({ settings, answers: [notTaken(), notTaken()] })
    expect(await failureOf(failed.ceremony)).toMatchObject({ code: 'SIGNATURE_INVALID' })
    expect(failed.asked.signatures).toEqual(['0', '1'])
  })

  it('[DK5] a PIN that makes the device known is followed by another capture', async () => {
    const { ceremony, submissions } = start({
      settings,
      answers: [{ status: 'step_up', submission_id: uuid, methods: ['pin'] }],
      stepUps: [{ status: 'retry' }],
    })
    const pin = await until(ceremony, 'pin')
    pin.submit('8264')
    await until(ceremony, 'done')
    expect(submissions).toHaveLength(2)
  })
})
