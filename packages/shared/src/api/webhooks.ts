import * as z from 'zod/mini'

/**
 * What an application may listen to. The first three are FACEIO's names; the others say that somebody was refused, and are sent
 * only where they were asked for.
 */
export const webhookEvents = ['enroll', 'auth', 'deletion', 'enroll_failed', 'auth_failed'] as const
export const webhookEvent = z.enum(webhookEvents)
export type WebhookEvent = z.infer<typeof webhookEvent>
