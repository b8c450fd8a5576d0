import { FioError, faceIO } from '@mien/client'
import { addCheckIn, nameOf, onChange, settle } from './check-ins.ts'
import { offerInstall } from './install.ts'
import { watchKiosk } from './kiosk.ts'
import { askForName } from './newcomer.ts'
import { byId, onClick, say } from './page.ts'
import { keepPage } from './service-worker-client.ts'
import { showDay } from './show-day.ts'
import { site } from './site.ts'

const face = new faceIO(site.publicId, {
  endpoint: site.endpoint,
  offline: 'kiosk',
  // A desk is ready for the next person soon.
  failureTimeout: 6,
  onOffline: (news) => void settle(news).then(showDay),
})

let isBusy = false

/** One person at a time. What went wrong the widget has said on its own screen. */
async function attempt(act: () => Promise<string>): Promise<void> {
  if (isBusy) return
  setBusy(true)
  say('answer', '')
  try {
    say('answer', await act())
  } catch (error) {
    say('answer', error instanceof FioError ? wordsOf(error) : 'That did not work. Please try again.')
  } finally {
    setBusy(false)
    void showDay()
  }
}

function setBusy(busy: boolean): void {
  isBusy = busy
  for (const id of ['check-in', 'enroll']) byId(id, HTMLButtonElement).setAttribute('aria-disabled', String(busy))
}

const wordsOf = ({ name, code, message }: FioError): string => failureWords[code] ?? (message || name)

const failureWords: Readonly<Partial<Record<number, string>>> = {
  3: 'You were not recognised. Are you enrolled?',
  11: '',
  21: 'You are enrolled already: check in.',
  24: '',
}

async function checkIn(): Promise<string> {
  const result = await face.authenticate()
  if (result.offline) {
    const { eventId: id, timestamp: at, facialId } = result
    await addCheckIn({ id, at, facialId, operation: 'authenticate', offline: true })
    return `${await nameOf(facialId)}, you are checked in. It is synced when the network is back.`
  }
  // Only this site's backend, which redeems the code, can say who it was.
  const facialId = await redeem(result.resultCode)
  await addCheckIn({ id: crypto.randomUUID(), at: now(), facialId, operation: 'authenticate', offline: false })
  return `${await nameOf(facialId)}, you are checked in.`
}

async function enroll(): Promise<string> {
  const name = await askForName()
  if (name === undefined) return ''
  const result = await face.enroll()
  if (result.offline) {
    const { eventId: id, timestamp: at } = result
    await addCheckIn({ id, at, facialId: null, operation: 'enroll', offline: true }, name)
    return `${name || 'You'} will be enrolled when the network is back.`
  }
  const facialId = await redeem(result.resultCode)
  await addCheckIn({ id: crypto.randomUUID(), at: now(), facialId, operation: 'enroll', offline: false }, name)
  // So that they are known here without the network too.
  await (await face.openOffline()).sync()
  return `${await nameOf(facialId)}, you are enrolled.`
}

const now = (): string => new Date().toISOString()

async function redeem(resultCode: string): Promise<string> {
  const response = await fetch('/redeem', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ result_code: resultCode }),
  })
  if (!response.ok) throw new Error(`The site's backend did not redeem the code: ${response.status}`)
  return (await response.json()).facial_id
}

onClick('check-in', () => attempt(checkIn))
onClick('enroll', () => attempt(enroll))
onChange(() => void showDay())
offerInstall()
void showDay()
void watchKiosk(face)
void keepPage(() => !isBusy)
