import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { createVault } from './vault.ts'
import { newWebhookSecrets, openSecrets, rotateSecrets, sealSecrets, webhookHeaders } from './webhook-secrets.ts'

const at = new Date('2026-11-21T12:00:00.999Z')
const later = (hours: number) => new Date(at.getTime() + hours * 3_600_000)

test('NET-02, WH5: the signature is that of the reference vector of Standard Webhooks', () => {
  const secrets = {
    bearerToken: 'b',
    signingSecret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    previous: null,
  }
  const event = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    body: '{"test": 2432232314}',
    at: new Date(1_614_265_330_000),
  }
  expect(webhookHeaders(secrets, event)).toEqual({
    'content-type': 'application/json',
    'www-authenticate': 'Bearer b',
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  })
})

test('[WH5] it is HMAC-SHA256 over id, whole seconds and the UTF-8 of the body', () => {
  const secrets = newWebhookSecrets()
  const headers = webhookHeaders(secrets, { id: 'x', body: '{"name":"é€😀"}', at })
  const key = Buffer.from(secrets.signingSecret.slice('whsec_'.length), 'base64')
  expect(key).toHaveLength(32)
  const mac = createHmac('sha256', key).update(`x.${Math.floor(at.getTime() / 1000)}.{"name":"é€😀"}`, 'utf8')
  expect(headers['webhook-signature']).toBe(`v1,${mac.digest('base64')}`)
})

test('[WH5] the secret before the last one goes at once, the last one after 24 hours', () => {
  const first = newWebhookSecrets()
  const second = rotateSecrets(first, 'signing_secret', at)
  const third = rotateSecrets(second, 'signing_secret', later(1))
  const signatures = (secrets: typeof first, hours: number) =>
    webhookHeaders(secrets, { id: 'x', body: '{}', at: later(hours) })['webhook-signature']!.split(' ')
  const counts = [signatures(second, 23.9), signatures(second, 24), signatures(third, 2), signatures(third, 25)]
  expect(counts.map(({ length }) => length)).toEqual([2, 1, 2, 1])
  expect(signatures(third, 2)).toEqual(expect.not.arrayContaining(signatures(first, 2)))
  expect(third.bearerToken).toBe(first.bearerToken)
  expect(rotateSecrets(second, 'bearer_token', at)).toEqual({
    ...second,
    bearerToken: expect.not.stringMatching(first.bearerToken),
  })
})

test('[WH16] sealed secrets open in their own row only', () => {
  const vault = createVault(new Uint8Array(32).fill(1))
  const secrets = newWebhookSecrets()
  const place = { applicationId: 'a', id: 'b' }
  const sealedSecrets = sealSecrets(vault, place, secrets)
  expect(openSecrets(vault, { ...place, sealedSecrets })).toEqual(secrets)
  for (const other of [
    { applicationId: 'c', id: 'b' },
    { applicationId: 'a', id: 'c' },
  ]) {
    expect(() => openSecrets(vault, { ...other, sealedSecrets })).toThrow()
  }
})
