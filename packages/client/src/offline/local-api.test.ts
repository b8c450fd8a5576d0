import type { ChallengeResponse } from '@mien/shared/api/challenges'
import { activeActions } from '@mien/shared/api/fields'
import type { ScriptResponse, SubmissionRequest } from '@mien/shared/api/submissions'
import type { OfflinePolicy } from '@mien/shared/api/sync'
import { encodeBase64Url } from '@mien/shared/bytes'
import { encodeTemplate } from '@mien/shared/template/format'
import { rotationKeyBytes } from '@mien/shared/template/rotation'
import { describe, expect, it } from 'vitest'
import type { OfflineDecider } from './decide-offline.ts'
import { type DeviceState, unregistered } from './device-state.ts'
import { createLocalApi } from './local-api.ts'
import { drawBelow } from './local-challenge.ts'
import type { OfflineResult } from './offline-result.ts'
import { madeUpFace } from './server.fixture.ts'

const plain: OfflinePolicy = {
  points: [],
  pad_threshold: null,
  active_steps: 0,
  active_actions: [...activeActions],
  drafts: true,
  consent_required: true,
  policy_version: '7',
  consent_texts: [],
}
const model_id = 'test-512'
const claim = {
  operation: 'authenticate',
  offline: true,
  level: 'A0-offline',
  facialId: 'somebody',
  eventId: 'e',
  timestamp: '',
} as const

/** A kiosk that recognises whoever comes. */
function openKiosk(changes: Partial<OfflinePolicy>) {
  const rotation_key = encodeBase64Url(new Uint8Array(rotationKeyBytes(512)))
  const registration = { gallery: 'staff', label: 'Door', model_id, pack: 'precise', rotation_key }
  const state = { ...unregistered, registration, policy: { ...plain, ...changes } } as DeviceState
  let compared = 0
  const device = {
    recognise: async () => {
      compared += 1
      return claim
    },
  } as unknown as OfflineDecider
  const results: OfflineResult[] = []
  const api = createLocalApi(device, 'authenticate', state, (result) => results.push(result))
  const submit = async ({ challenge_id }: Pick<ChallengeResponse, 'challenge_id'>, changed: object = {}) => {
    const at = [10_000, 10_200, 10_400]
    const noisy = (seed: number) => {
      const noise = madeUpFace(100 + seed)
      const vector = madeUpFace(1).map((value, i) => value + 0.2 * noise[i]!)
      const norm = Math.hypot(...vector)
      return vector.map((value) => value / norm)
    }
    const templates = at.map((_, i) => encodeBase64Url(encodeTemplate({ modelId: model_id, vector: noisy(i) })))
    const frames = at.map((at_ms) => ({ at_ms, live: 0.9 }))
    const submission = { challenge_id, templates, frames, ...changed } as unknown as SubmissionRequest
    return (await api.submit('', submission, { pictures: [] })).status
  }
  return { api, results, submit, compared: () => compared }
}

const ask = (api: ReturnType<typeof openKiosk>['api']) => api.askChallenge('', {})
const done = ({ script }: ChallengeResponse): ScriptResponse => ({
  variant: 'motion',
  steps: script!.actions.map((action, i) => ({ action, done_at_ms: (i + 1) * 1000 })),
})

describe('a ceremony on the device', () => {
  it('[OF16] asks for what the application asks for, drawn anew for each challenge', async () => {
    const { api } = openKiosk({ active_steps: 3, active_actions: ['blink', 'turn_left'] })
    const scripts = await Promise.all(Array.from({ length: 40 }, async () => (await ask(api)).script!))
    for (const { actions } of scripts) expect(actions).toHaveLength(3)
    expect(new Set(scripts.flatMap(({ actions }) => actions))).toEqual(new Set(['blink', 'turn_left']))
    expect(new Set(scripts.map((script) => JSON.stringify(script))).size).toBeGreaterThan(5)
    expect((await ask(openKiosk({}).api)).script).toBeNull()
  })

  it('[OF16] compares nobody who did not do it, and says which way it was done', async () => {
    const { api, results, submit, compared } = openKiosk({ active_steps: 2 })
    const challenge = await ask(api)
    expect(await submit(challenge)).toBe('retry')
    expect(await submit(challenge, { script_response: { variant: 'motion', steps: [] } })).toBe('retry')
    expect(await submit({ challenge_id: 'another' }, { script_response: done(challenge) })).toBe('retry')
    expect([compared(), results]).toEqual([0, []])
    expect(await submit(challenge, { script_response: done(challenge) })).toBe('ok')
    const still = await ask(api)
    expect(await submit(still, { script_response: { variant: 'still', held_ms: still.script!.still_ms } })).toBe('ok')
    expect(results).toEqual([
      { ...claim, activeCheck: 'motion' },
      { ...claim, activeCheck: 'still' },
    ])
  })

  it('[OF16] says that nothing was asked where nothing is', async () => {
    const { api, results, submit } = openKiosk({})
    expect(await submit(await ask(api))).toBe('ok')
    expect(results).toEqual([{ ...claim, activeCheck: 'none' }])
  })

  it('[OF16] compares nobody whose frames do not look alive enough', async () => {
    const { api, submit, compared } = openKiosk({ pad_threshold: 0.95 })
    expect(await submit(await ask(api))).toBe('retry')
    expect(compared()).toBe(0)
    const taken = openKiosk({ pad_threshold: 0.9 })
    expect(await taken.submit(await ask(taken.api))).toBe('ok')
  })

  it('[OF16] [CE41] shows the application’s consent text in the best of the languages, and loads its pack of models', async () => {
    const consent_texts = ['en', 'de'].map((locale) => ({ locale, purpose: 'p', text: locale }))
    const { api } = openKiosk({ consent_texts })
    const open = (locales?: string[]) => api.openSession('', { operation: 'authenticate', ...(locales && { locales }) })
    expect((await open(['fr', 'de-CH'])).settings.consent_text?.text).toBe('de')
    const { settings, model } = await open()
    expect([settings.consent_text?.text, settings.policy_version, model.pack]).toEqual(['en', '7', 'precise'])
    expect((await openKiosk({}).api.openSession('', { operation: 'enroll' })).settings.consent_text).toBeNull()
  })

  it('[OF16] is none without a policy', () => {
    const state = { ...unregistered, registration: { gallery: 'staff' } } as DeviceState
    expect(() => createLocalApi({} as OfflineDecider, 'authenticate', state, () => undefined)).toThrow(
      expect.objectContaining({ details: { offline: 'ended' } }),
    )
  })
})

// 6 000 draws: a share of 1/3 has a standard deviation of 0.006, so that 0.29 to 0.38 is seven of them away.
it('[OF16] draws each number as likely as the others', () => {
  const counts = [0, 0, 0]
  for (let i = 0; i < 6000; i++) counts[drawBelow(3)]! += 1
  for (const count of counts) expect(count / 6000).toSatisfy((share: number) => share > 0.29 && share < 0.38)
})
