/**
 * Our own page for a phone: `https://server/enroll.html#<client token>`, from a QR code or an e-mail, enrolls whoever opens it in the
 * session that a backend opened. Only the fragment carries the token: no server, log or referrer sees it.
 */
import { faceIO, loadMessages } from '@mien/client'
import type { SessionResponse } from '@mien/shared/api/sessions'
import { type Ending, endingOf } from './ending.ts'
import { loadWords } from './load-words.ts'
import { createPageView } from './page-view.ts'
import { readSession } from './read-session.ts'

/** The token leaves the address bar and the history before anything else happens, and is kept nowhere. */
function takeToken(): string {
  const { hash, pathname } = location
  history.replaceState(null, '', pathname)
  return hash.slice(1)
}

async function run(token: string): Promise<void> {
  const endpoint = new URL('.', location.href).href
  const languages = [...navigator.languages]
  const messages = await loadMessages(languages)
  const view = createPageView(messages, await loadWords(messages.locale))
  const face = new faceIO('', { endpoint })
  // Without https the address stays as it is: it is the one to open again.
  if (isSecureContext) await open()
  else view.end({ kind: 'insecure' })

  async function open(): Promise<void> {
    view.open()
    const read = await readSession({ endpoint, token, languages })
    if ('kind' in read) view.end(read, again(read, open))
    else view.invite(read, () => enroll(read))
  }

  async function enroll(session: SessionResponse): Promise<void> {
    const retry = () => enroll(session)
    try {
      // It would be a passkey of this host, and of no use at the site's own.
      await face.enroll({ session, passkeys: 'off' })
      view.end({ kind: 'done' })
    } catch (error) {
      const ending = endingOf(error)
      // The widget has said why, on its own screen.
      if (ending === null) view.invite(session, retry, messages.failure.cancelled.advice)
      else view.end(ending, again(ending, retry))
    }
  }
}

const retried: ReadonlySet<Ending['kind']> = new Set<Ending['kind']>([
  'camera-denied',
  'camera-missing',
  'camera-busy',
  'camera-lost',
  'network',
  'server-slow',
  'fault',
])

/** Where it may go better the next time. */
const again = ({ kind }: Ending, act: () => Promise<void>) => (retried.has(kind) ? act : undefined)

const token = isSecureContext ? takeToken() : ''
// Another link that is opened in the same tab changes nothing but the fragment.
addEventListener('hashchange', () => location.reload())
// Not awaited: around a module that is, the bundler cuts the widget into more and larger files.
void run(token)
