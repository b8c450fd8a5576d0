import type { SessionResponse } from '@mien/shared/api/sessions'
import type { Ending, EndingKind } from './ending.ts'

export interface ReadSession {
  /** Address of the server, with a slash at its end. */
  readonly endpoint: string
  readonly token: string
  /** The person's, best first: some of them name the application's consent text. */
  readonly languages: readonly string[]
  readonly fetch?: typeof fetch
}

const tokenForm = /^[A-Za-z0-9_-]{43}$/
/** What the server reads, and as many as it takes. */
const languageForm = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$/
const maxLanguages = 10
const patienceMs = 30_000

/** The session behind a link, or why nobody can enroll with it. The widget looks at every field of it again. */
export async function readSession({
  endpoint,
  token,
  languages,
  fetch: fetchFrom = fetch,
}: ReadSession): Promise<SessionResponse | Ending> {
  if (!tokenForm.test(token)) return { kind: 'unknown' }
  const locales = languages.filter((language) => languageForm.test(language)).slice(0, maxLanguages)
  const url = new URL(`v1/sessions/current${locales.length === 0 ? '' : `?locales=${locales.join()}`}`, endpoint)
  try {
    const response = await fetchFrom(url, {
      headers: { authorization: `Session ${token}` },
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
      signal: AbortSignal.timeout(patienceMs),
    })
    const answer = await response.json()
    if (!response.ok) return endingOfRefusal(answer?.error?.code)
    return answer.operation === 'enroll' ? answer : { kind: 'other-purpose' }
  } catch (error) {
    return { kind: error instanceof DOMException && error.name === 'TimeoutError' ? 'server-slow' : 'network' }
  }
}

const kinds: Readonly<Record<string, EndingKind>> = {
  unauthorized: 'unknown',
  session_expired: 'expired',
  challenge_used: 'used',
}

function endingOfRefusal(code: unknown): Ending {
  const text = typeof code === 'string' ? code : 'unknown'
  const kind = kinds[text]
  return kind === undefined ? { kind: 'fault', code: text.toUpperCase() } : { kind }
}
