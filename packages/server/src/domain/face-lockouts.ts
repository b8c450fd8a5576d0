import { maxEdgeFailures } from '@mien/shared/policy/identify'
import type { ApplicationKeys } from './application-keys.ts'
import type { AttemptRule } from './attempts.ts'
import { clientNetwork } from './client-network.ts'
import type { Compared } from './compared.ts'
import type { Application, Digest, Session } from './model.ts'
import { passkeyScope } from './passkey-tries.ts'
import type { Stores } from './ports.ts'

/** NIST SP 800-63B-4 section 3.2.3: five failures, then 30 s before each next one. The stop is stricter than its 50. */
const schedule = { freeFailures: 5, firstWaitSeconds: 30, maxFailures: 20, isResetBySuccess: true } as const

/** Of a person: only a backend ends the stop. */
const personRule: AttemptRule = { ...schedule, lapseSeconds: null }

/** Nobody owns a network and could ask for it to be opened: it is forgotten after a day without a failure. */
const networkRule: AttemptRule = { ...schedule, lapseSeconds: 86_400 }

/** Failed searches of an application in one hour. One success says nothing of the others. */
const searchesRule = (perHour: number): AttemptRule => ({
  freeFailures: perHour,
  firstWaitSeconds: 0,
  maxFailures: perHour,
  lapseSeconds: 3600,
  isResetBySuccess: false,
})

/** Over so many rows they are counted: on a single one all sign-ins of an application would wait for each other. */
const searchShards = 16

export interface LockoutFacts {
  readonly stores: Stores
  readonly application: Application
  readonly session: Session
  readonly now: Date
  readonly clientAddress: string | null
  /** The device that signed, and those who own it. */
  readonly device: { readonly keyId: string; readonly owners: readonly { readonly subjectId: string }[] } | null
  /** Keyed digest of a scope. */
  readonly scopeDigest: (scope: string) => Digest
}

export const scopeDigests =
  (keys: ApplicationKeys): LockoutFacts['scopeDigest'] =>
  (scope) =>
    keys.digest('attempt', Buffer.from(scope, 'utf8'))

interface Scope {
  readonly kind: 'device' | 'new_device' | 'network'
  readonly text: string
  readonly rule: AttemptRule
}

const newDeviceScope = (subject: string): Scope => ({
  kind: 'new_device',
  text: `subject|${subject}|new`,
  rule: personRule,
})

const knownDeviceScope = (subject: string, keyId: string): Scope => ({
  kind: 'device',
  text: `subject|${subject}|device|${keyId}`,
  rule: personRule,
})

const ownersScope = (keyId: string): Scope => ({ kind: 'device', text: `device|${keyId}`, rule: personRule })

const networkScope = ({ clientAddress }: LockoutFacts): Scope => ({
  kind: 'network',
  text: `network|${clientNetwork(clientAddress)}`,
  rule: networkRule,
})

/**
 * Of those whose device signed. One that several share stands where people pass, and none of them could ask for it to be opened for all: it
 * is counted where it stands, and forgotten like a network.
 */
function deviceScope({ device, clientAddress }: LockoutFacts): readonly Scope[] {
  if (device === null) return []
  const { keyId, owners } = device
  if (owners.length <= 1) return [ownersScope(keyId)]
  return [{ kind: 'device', text: `device|${keyId}|${clientNetwork(clientAddress)}`, rule: networkRule }]
}

/** Always in one order: two attempts must not each wait for the other. */
function scopesOf(facts: LockoutFacts, compared: Compared, failed: boolean): readonly Scope[] {
  const { device } = facts
  switch (compared.kind) {
    case 'claimed': {
      const isOwner = device?.owners.some(({ subjectId }) => subjectId === compared.subject) === true
      return [isOwner ? knownDeviceScope(compared.subject, device.keyId) : newDeviceScope(compared.subject)]
    }
    case 'owners':
      return deviceScope(facts)
    case 'gallery': {
      // Who was found in the gallery is not the device's owner: that is neither a failure of the device nor a success.
      const isOfDevice = failed && compared.afterOwners
      return [...(isOfDevice ? deviceScope(facts) : []), networkScope(facts)]
    }
  }
}

/** What a success of this comparison is counted in. */
export const successScopes = (facts: LockoutFacts, compared: Compared): readonly Digest[] =>
  scopesOf(facts, compared, false).map(({ text }) => facts.scopeDigest(text))

export interface Comparison {
  readonly compared: Compared
  /** `edge`: a match, but no clear one. */
  readonly result: 'none' | 'edge' | 'clear'
}

/** Why nothing may be told: the scope is closed, or so much failed in it that a match at the edge is none any more. */
export type Untold = 'locked' | 'unclear'

/**
 * Counts a comparison before anything of it is told, in the transaction that decides. Whatever was compared costs the same work; where a
 * scope is closed the answer is thrown away, and is that of a stranger. A success starts no count anew yet: see `countSuccess`.
 *
 * @returns the failures in a row so far, in the scope that has the most
 */
export async function countComparison(facts: LockoutFacts, { compared, result }: Comparison): Promise<number | Untold> {
  const failed = result === 'none'
  const isEdge = result === 'edge'
  let most = 0
  for (const scope of scopesOf(facts, compared, failed)) {
    const failures = await count(facts, scope, { failed, isEdge, resets: false })
    if (failures === undefined) return 'locked'
    most = Math.max(most, failures)
  }
  const isUnclear = isEdge && most > maxEdgeFailures
  if (compared.kind === 'gallery' && !(await countSearch(facts, failed || isUnclear))) return 'locked'
  return isUnclear ? 'unclear' : most
}

/** Somebody was recognised, but by a copy of what they sent before: as good as a face that nobody has. */
export async function countCopy(facts: LockoutFacts, compared: Compared): Promise<void> {
  for (const scope of scopesOf(facts, compared, false)) {
    await count(facts, scope, { failed: true, isEdge: false, resets: false })
  }
  if (compared.kind === 'gallery') await countSearch(facts, true)
}

/**
 * Starts the counts of a comparison's own scopes anew. For a clear match that let its person in, with the second factor where one was asked
 * for, and no other: whoever is taken for somebody else once, and feels for that person's template from there, would never be stopped.
 */
export async function countSuccess(facts: LockoutFacts, compared: Compared): Promise<void> {
  for (const scope of scopesOf(facts, compared, false)) {
    await count(facts, scope, { failed: false, isEdge: false, resets: true })
  }
}

/** @returns the failures in a row; undefined where the scope is closed */
async function count(
  facts: LockoutFacts,
  { kind, text, rule: whole }: Scope,
  { failed, isEdge, resets }: { failed: boolean; isEdge: boolean; resets: boolean },
): Promise<number | undefined> {
  const { stores, application, now, scopeDigest } = facts
  const rule = { ...whole, isResetBySuccess: resets }
  // In the one statement that counts: time must not tell a match that is refused from none.
  const failsFrom = isEdge ? maxEdgeFailures : undefined
  const attempt = { applicationId: application.id, scopeDigest: scopeDigest(text), failed, failsFrom, rule, now }
  const failures = await stores.attempts.count(attempt)
  const isCounted = failed || (isEdge && failures !== undefined && failures > maxEdgeFailures)
  if (isCounted && failures !== undefined && failures >= rule.freeFailures) await recordLockout(facts, kind)
  return failures
}

const hourMs = 3_600_000

/**
 * A success writes nothing here, and failures of two networks seldom the same row: what is summed up is what others committed, so a few that
 * are under way at once may go beyond the limit.
 *
 * @returns false where the application's searches have failed too often in this hour
 */
async function countSearch(facts: LockoutFacts, failed: boolean): Promise<boolean> {
  const { stores, application, now, scopeDigest } = facts
  const { id: applicationId } = application
  const perHour = application.settings.failed_searches_per_hour
  const rule = searchesRule(perHour)
  const hour = Math.floor(now.getTime() / hourMs)
  const shards = Array.from({ length: searchShards }, (_, i) => scopeDigest(`searches|${hour}|${i}`))
  const before = await stores.attempts.failures(applicationId, shards)
  const isOpen = before < perHour
  if (isOpen && failed) {
    const own = shards[scopeDigest(networkScope(facts).text)[0]! % searchShards]!
    await stores.attempts.count({ applicationId, scopeDigest: own, failed, rule, now })
  }
  if (isOpen && !(failed && before + 1 >= perHour)) return true
  const first = { ...rule, maxFailures: 1 }
  const told = { applicationId, scopeDigest: scopeDigest(`searches|${hour}|told`), failed: true, rule: first, now }
  if ((await stores.attempts.count(told)) !== undefined) await recordLockout(facts, 'searches')
  return isOpen
}

const recordLockout = ({ stores, application, session, now }: LockoutFacts, outcome: Scope['kind'] | 'searches') =>
  stores.audit.append({
    applicationId: application.id,
    event: 'lockout',
    outcome,
    subjectId: null,
    sessionId: session.id,
    at: now,
  })

/** Opens every scope of a person, those of the devices that are theirs alone as well. */
export async function openLockouts(stores: Stores, applicationId: string, subjectId: string): Promise<void> {
  const devices = await stores.devices.listOfSubject(applicationId, subjectId)
  const ofDevices = devices.flatMap(({ keyId }) => [knownDeviceScope(subjectId, keyId), ownersScope(keyId)])
  const keys = await stores.applicationKeys.of(applicationId)
  const texts = [newDeviceScope(subjectId), ...ofDevices].map(({ text }) => text)
  const scopes = [...texts, passkeyScope(subjectId)].map(scopeDigests(keys))
  await stores.attempts.clear(applicationId, scopes)
}
