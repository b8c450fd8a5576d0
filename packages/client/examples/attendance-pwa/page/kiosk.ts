import { type faceIO, MienError, type NotReady, type OfflineDevice, type OfflineStatus } from '@mien/client'
import { byId, onClick, say } from './page.ts'
import { registerKiosk } from './register-kiosk.ts'
import { timeOf } from './show-day.ts'

type Kiosk = faceIO<'kiosk'>

/** Milliseconds. */
const lookEveryMs = 30_000

/** Shows how this device stands, and registers it. */
export async function watchKiosk(face: Kiosk): Promise<void> {
  const device = await face.openOffline()
  let models: 'unknown' | 'here' | 'missing' = 'unknown'
  const show = async () => showStatus(await device.status(), models !== 'missing')
  const look = async () => {
    showReach(await isReached(device))
    await show()
  }
  device.subscribe((news) => {
    if (news.name === 'offline') showReach(false)
    if (news.name === 'synced' || news.name === 'refused') showReach(true)
    void show()
  })
  listenForCode(device, show)
  addEventListener('online', look)
  addEventListener('offline', () => showReach(false))
  onClick('sync', look)
  setInterval(look, lookEveryMs)
  await look()
  // The networks are kept by the widget once they were loaded: before the network goes, not after.
  models = await face.client.warmUp().then(
    () => 'here' as const,
    () => 'missing' as const,
  )
  await show()
}

/** By what a round with the server came to. */
async function isReached(device: OfflineDevice): Promise<boolean> {
  let isLost = !navigator.onLine
  const end = device.subscribe(({ name }) => {
    if (name === 'offline' || name === 'failed') isLost = true
  })
  await device.sync()
  end()
  return !isLost
}

function showReach(isReachable: boolean): void {
  byId('connection', HTMLElement).dataset.reach = isReachable ? 'yes' : 'no'
  const words = isReachable ? 'Connected' : 'No connection'
  if (byId('connection-words', HTMLElement).textContent !== words) say('connection-words', words)
}

function showStatus({ device, isRevoked, notReady, waiting, endsAt }: OfflineStatus, hasModels: boolean): void {
  byId('device', HTMLElement).hidden = device !== null && !isRevoked
  const words = device === null ? 'This device works only with a network.' : standing(notReady, endsAt, hasModels)
  const text = waiting === 0 ? words : `${words} ${waiting} to be synced.`
  if (byId('standing', HTMLElement).textContent !== text) say('standing', text)
}

function standing(notReady: NotReady | null, endsAt: string | null, hasModels: boolean): string {
  if (notReady !== null) return `This kiosk does not work without a network now: ${notReadyWords[notReady]}.`
  if (!hasModels) return 'Face recognition could not be loaded: this kiosk does not work without a network yet.'
  return `This kiosk works without a network until ${endsAt === null ? 'then' : dayAndTime(endsAt)}.`
}

const dayAndTime = (at: string): string => `${new Date(at).toLocaleDateString([], { weekday: 'long' })}, ${timeOf(at)}`

const notReadyWords: Readonly<Record<NotReady, string>> = {
  unregistered: 'it is not registered',
  revoked: 'the server has revoked it',
  locked: 'it is locked',
  clock: 'its clock was set back',
  ended: 'it was without one for too long',
  'no-ticket': 'it has done as much as it may',
  full: 'too much waits to be synced',
  'no-drafts': 'nobody may be enrolled',
  'online-only': 'only the server knows who is meant',
}

function listenForCode(device: OfflineDevice, show: () => Promise<void>): void {
  const form = byId('register', HTMLFormElement)
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    say('code-problem', '')
    try {
      await registerKiosk(device, byId('code', HTMLInputElement).value.trim(), () => confirm(forgetQuestion))
      form.reset()
      byId('check-in', HTMLElement).focus()
    } catch (error) {
      say('code-problem', problemOf(error))
    }
    await show()
  })
}

const forgetQuestion =
  'Something that happened on this device has not been taken by the server. Forget it, and register this device anew?'

function problemOf(error: unknown): string {
  const code = error instanceof MienError ? error.code : ''
  if (code === 'NETWORK_IO') return 'The server cannot be reached.'
  if (code === 'CONFLICT') return 'What happened on this device has to be told to the server first.'
  return code === 'UNAUTHORIZED' || code === 'REQUEST_INVALID'
    ? 'There is no such code, or it is more than an hour old.'
    : 'That did not work. Please try again.'
}
