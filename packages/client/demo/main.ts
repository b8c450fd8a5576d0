import { FioError, faceIO, fioErrCode } from '@mien/client'
import { askToDelete, showAccount, showPayload, showWelcome } from './account.ts'
import { BackendError, backend } from './backend.ts'
import { byId, onClick, onSubmit, say } from './page.ts'

/** Only a hint that there may be a cookie, which scripts cannot see: it saves strangers a question that must fail. */
const visit = {
  begin: () => localStorage.setItem('mien-demo', 'signed in'),
  mayGoOn: () => localStorage.getItem('mien-demo') !== null,
  end: () => localStorage.removeItem('mien-demo'),
}

const widget = backend.publicId().then((publicId) => new faceIO(publicId))
// Reported when it is needed.
widget.catch(() => undefined)

/** Runs one thing at a time and says how it ended when it did not end well. */
async function attempt(act: () => Promise<unknown>): Promise<void> {
  say('')
  try {
    await act()
  } catch (error) {
    say(explain(error))
  }
}

function explain(error: unknown): string {
  if (error instanceof FioError) return widgetWords[error.code] ?? ''
  if (error instanceof BackendError) return `${error.message}.`
  return 'Something went wrong. Is the server still running?'
}

/** The widget has explained the rest already, on its own screen. */
const widgetWords: Readonly<Partial<Record<number, string>>> = {
  [fioErrCode.UNRECOGNIZED_FACE]: 'You were not recognised. Set up face sign-in first?',
  [fioErrCode.FACE_DUPLICATION]: 'This face is set up already: sign in with it.',
}

async function signIn(resultCode: string): Promise<void> {
  const signedIn = await backend.redeem(resultCode)
  const account = await backend.me()
  if (account === null) return
  visit.begin()
  showAccount(account, signedIn)
}

const enroll = async (name: string): Promise<void> =>
  signIn((await (await widget).enroll({ payload: { name } })).resultCode)

const authenticate = async (): Promise<void> => signIn((await (await widget).authenticate()).resultCode)

async function rename(name: string): Promise<void> {
  showPayload((await backend.setPayload({ name })).payload)
  say('Saved.')
}

async function remove(): Promise<void> {
  await backend.remove()
  visit.end()
  showWelcome()
  say('Deleted. This server does not know your face any more.')
}

async function signOut(): Promise<void> {
  await backend.signOut()
  visit.end()
  showWelcome()
}

onSubmit('enroll-form', 'name', (name) => attempt(() => enroll(name)))
onClick('authenticate', () => attempt(authenticate))
onSubmit('payload-form', 'new-name', (name) => attempt(() => rename(name)))
onClick('sign-out', () => attempt(signOut))
onClick('delete', () => {
  askToDelete(true)
  byId('delete-no', HTMLElement).focus()
})
onClick('delete-no', () => {
  askToDelete(false)
  byId('delete', HTMLElement).focus()
})
onClick('delete-yes', () => attempt(remove))

void attempt(async () => {
  if (!visit.mayGoOn()) return
  const account = await backend.me()
  if (account) showAccount(account)
  else visit.end()
})
