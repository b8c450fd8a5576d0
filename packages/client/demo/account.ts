import type { Account, SignedIn } from './backend.ts'
import { byId } from './page.ts'
import type { AssertionClaims, JsonValue } from './wire.ts'

/** The name in what this demo stores; other sites may have stored anything. */
export const nameIn = (payload: JsonValue): string =>
  typeof payload === 'object' && payload !== null && !Array.isArray(payload) && typeof payload.name === 'string'
    ? payload.name
    : ''

export function showWelcome(): void {
  byId('account', HTMLElement).hidden = true
  byId('who', HTMLElement).hidden = true
  byId('welcome', HTMLElement).hidden = false
}

/** @param signedIn what was redeemed just now; without it the visitor comes back with a cookie */
export function showAccount(account: Account, signedIn?: SignedIn): void {
  byId('welcome', HTMLElement).hidden = true
  byId('account', HTMLElement).hidden = false
  byId('who', HTMLElement).hidden = false
  byId('facial-id', HTMLElement).textContent = `Facial ID ${account.facial_id}, set up ${day(account.created_at)}`
  askToDelete(false)
  showPayload(account.payload)
  showProof(signedIn)
  byId('account-title', HTMLElement).focus()
}

export function showPayload(payload: JsonValue): void {
  const name = nameIn(payload)
  byId('account-title', HTMLElement).textContent = name === '' ? 'Hello' : `Hello, ${name}`
  byId('who-name', HTMLElement).textContent = name
  byId('new-name', HTMLInputElement).value = name
  byId('payload', HTMLElement).textContent = JSON.stringify(payload, null, 2)
}

export function askToDelete(asking: boolean): void {
  byId('confirm', HTMLElement).hidden = !asking
  byId('delete', HTMLElement).hidden = asking
}

const leads = {
  enroll: 'Your face is set up, and the server vouched for it. This is the answer that the backend of this site got.',
  authenticate: 'You were recognised. This is the answer that the backend of this site got.',
} as const

function showProof(signedIn: SignedIn | undefined): void {
  byId('proof', HTMLElement).hidden = signedIn === undefined
  byId('account-lead', HTMLElement).textContent =
    signedIn === undefined ? 'You signed in earlier, and a cookie remembers it.' : leads[signedIn.claims.operation]
  if (signedIn === undefined) return
  const { assurance } = signedIn.claims
  byId('level', HTMLElement).textContent = assurance
  for (const words of document.querySelectorAll<HTMLElement>('[data-level]'))
    words.hidden = words.dataset.level !== assurance
  byId('claims', HTMLElement).replaceChildren(...claimRows(signedIn.claims))
  byId('assertion', HTMLElement).textContent = `${JSON.stringify(signedIn.claims, null, 2)}\n\n${signedIn.assertion}`
}

const claimRows = (claims: AssertionClaims): readonly HTMLElement[] =>
  Object.entries({
    Who: claims.sub ?? 'not said',
    'What happened': claims.operation === 'enroll' ? 'A face was set up' : 'A face was recognised',
    'Checked with': claims.factors.join(' and '),
    When: new Date(claims.auth_time * 1000).toLocaleString(),
    'Signed by': claims.iss,
    'Asked from': claims.origin ?? 'not said',
  }).flatMap(([term, value]) => [cell('dt', term), cell('dd', value)])

const cell = (tag: 'dt' | 'dd', text: string): HTMLElement =>
  Object.assign(document.createElement(tag), { textContent: text })

const day = (timestamp: string): string => new Date(timestamp).toLocaleDateString()
