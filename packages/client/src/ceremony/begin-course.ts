import type { SessionOperation } from '@mien/shared/api/fields'
import { localeTag, token256 } from '@mien/shared/api/fields'
import { payloadText } from '@mien/shared/api/payload'
import { type SessionRequest, type SessionResponse, sessionResponse } from '@mien/shared/api/sessions'
import { MienError } from '@mien/shared/errors'
import type { ApiClient } from '../http/api-client.ts'
import { createCaptureAbility } from './capture-ability.ts'
import type { Course } from './course.ts'
import { createCourseDevice } from './course-device.ts'
import { createMotionChoice } from './motion-choice.ts'
import type { CeremonyPorts } from './ports.ts'
import type { Stage } from './stage.ts'
import type { EnrollOptions } from './state.ts'
import { timeLimitMs, timeLimits } from './time-limit.ts'

/**
 * Checks what the page gave, and opens a session or takes the page's, which it reads where it has only the token.
 *
 * @throws MienError REQUEST_INVALID, PAYLOAD_TOO_LARGE, BINDING_MISMATCH (a session for something else), or the server's
 */
export async function beginCourse<Of extends SessionOperation>(
  ports: CeremonyPorts,
  operation: Of,
  options: EnrollOptions,
  stage: Stage,
): Promise<Course<Of>> {
  if (options.payload !== undefined) payloadText(options.payload)
  for (const name of timeLimits) timeLimitMs(options, name)
  const given = checkedSession(options)
  const api = ports.createApi({ replyTimeoutMs: timeLimitMs(options, 'replyTimeout'), signal: stage.signal })
  const session =
    given === undefined ? await api.openSession(ports.publicId, sessionRequest(operation, options)) : await given(api)
  if (session.operation !== operation) throw new MienError('BINDING_MISMATCH')
  const prefersReducedMotion = ports.prefersReducedMotion()
  const motion = createMotionChoice(options.motion, prefersReducedMotion)
  const ability = createCaptureAbility(options, session.settings, prefersReducedMotion)
  const device = createCourseDevice(ports, session)
  return { ports, stage, options, api, operation, session, motion, ability, device }
}

/** What a page hands over went through its own hands: it is checked like any answer, and a token for what it looks like. */
function checkedSession({ session, locales }: EnrollOptions): SessionSource | undefined {
  if (session === undefined) return undefined
  if (typeof session === 'string') {
    const token = token256.safeParse(session)
    if (!token.success) throw new MienError('REQUEST_INVALID', { message: 'This is not the client token of a session' })
    return (api) => api.readSession(token.data, readableLocales(locales) ?? [])
  }
  const parsed = sessionResponse.safeParse(session)
  if (!parsed.success) throw new MienError('REQUEST_INVALID', { message: 'This is not an answer of POST /v1/sessions' })
  return async () => parsed.data
}

type SessionSource = (api: ApiClient) => Promise<SessionResponse>

/** As many as the server takes. */
const maxLocales = 10

/** A browser may list more languages, and stranger ones, than the server reads. */
const readableLocales = (locales: readonly string[] | undefined): string[] | undefined =>
  locales?.filter((locale) => localeTag.safeParse(locale).success).slice(0, maxLocales)

function sessionRequest(
  operation: SessionOperation,
  { nonce, codeChallenge, gallery, locales }: EnrollOptions,
): SessionRequest {
  const read = readableLocales(locales)
  return {
    operation,
    ...(nonce === undefined ? {} : { nonce }),
    ...(codeChallenge === undefined ? {} : { code_challenge: codeChallenge }),
    ...(gallery === undefined ? {} : { gallery }),
    ...(read === undefined ? {} : { locales: read }),
  }
}
