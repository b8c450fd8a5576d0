import { randomBytes } from 'node:crypto'
import type { WebhookSecretKind } from '@mien/shared/api/webhooks'
import { Webhook } from 'standardwebhooks'
import type { Vault } from './vault.ts'
import type { WebhookEndpoint } from './webhook-ports.ts'

/** How long the signing secret before the last one still signs. */
const rotationMs = 24 * 3_600_000

/** What a receiver knows its sender by. Kept sealed, under a label that binds them to their row. */
export interface WebhookSecrets {
  readonly bearerToken: string
  /** `whsec_` and base64 of 32 bytes, as Standard Webhooks spells it. */
  readonly signingSecret: string
  /** Null, or one that still signs until then, in milliseconds since the epoch. */
  readonly previous: { readonly signingSecret: string; readonly untilMs: number } | null
}

/** 32 hexadecimal digits: what receivers that were written for FACEIO expect. */
const newBearerToken = (): string => randomBytes(16).toString('hex')
const newSigningSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`

export const newWebhookSecrets = (): WebhookSecrets => ({
  bearerToken: newBearerToken(),
  signingSecret: newSigningSecret(),
  previous: null,
})

/** A new signing secret beside the old one, or a new bearer token in place of the old. */
export function rotateSecrets(secrets: WebhookSecrets, kind: WebhookSecretKind, now: Date): WebhookSecrets {
  if (kind === 'bearer_token') return { ...secrets, bearerToken: newBearerToken() }
  const previous = { signingSecret: secrets.signingSecret, untilMs: now.getTime() + rotationMs }
  return { ...secrets, signingSecret: newSigningSecret(), previous }
}

type Place = Pick<WebhookEndpoint, 'applicationId' | 'id'>

/** Binds sealed secrets to their row. */
export const secretsLabel = ({ applicationId, id }: Place): string => `webhook|${applicationId}|${id}`

export const sealSecrets = (vault: Vault, place: Place, secrets: WebhookSecrets): Uint8Array =>
  vault.seal(secretsLabel(place), Buffer.from(JSON.stringify(secrets)))

/** @throws MienError CONFIG_INVALID when it was sealed for another place or under another master key */
export const openSecrets = (vault: Vault, endpoint: Place & Pick<WebhookEndpoint, 'sealedSecrets'>): WebhookSecrets =>
  JSON.parse(Buffer.from(vault.open(secretsLabel(endpoint), endpoint.sealedSecrets)).toString()) as WebhookSecrets

interface Signed {
  readonly id: string
  readonly body: string
  readonly at: Date
}

/** FACEIO's header and those of Standard Webhooks 1.0: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec */
export function webhookHeaders(secrets: WebhookSecrets, { id, body, at }: Signed): Record<string, string> {
  const { bearerToken, signingSecret, previous } = secrets
  const signing = previous !== null && at.getTime() < previous.untilMs ? [previous.signingSecret] : []
  return {
    'content-type': 'application/json',
    'www-authenticate': `Bearer ${bearerToken}`,
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': [signingSecret, ...signing].map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  }
}
