import type { AttemptRule } from './attempts.ts'
import { clientNetwork } from './client-network.ts'
import type { Application, Digest, Session } from './model.ts'
import type { Stores } from './ports.ts'

/** NIST SP 800-63B-4 section 3.2.3: five failures, then 30 s before each next one. The stop is stricter than its 50. */
const schedule = { freeFailures: 5, firstWaitSeconds: 30, maxFailures: 20, isResetBySuccess: true } as const

/** Of a person: only a backend ends the stop. */
const personRule: AttemptRule = { ...schedule, lapseSeconds: null }

/** Nobody owns a network and could ask for it to be opened: it is forgotten after a day without a failure. */
const networkRule: AttemptRule = { ...schedule, lapseSeconds: 86_400 }

/** All searches of an application in one hour. One success says nothing of the others. */
const searchesRule = (perHour: number): AttemptRule => ({
  freeFailures: perHour,
  firstWaitSeconds: 0,
  maxFailures: perHour,
  lapseSeconds: 3600,
  isResetBySuccess: false,
})

/** Whom a face was compared with. */
export type Compared =
  /** The subject that a backend named, or what it named when there is no such subject. */
  | { readonly kind: 'claimed'; readonly subject: string }
  /** Those whose device signed. */
  | { readonly kind: 'owners' }
  /** Everybody in the gallery; `afterOwners`: those whose device signed came first, and it was none of them. */
  | { readonly kind: 'gallery'; readonly afterOwners: boolean }

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

interface Scope {
  readonly kind: 'device' | 'new_device' | 'network' | 'searches'
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

const hourMs = 3_600_000

function searchScopes({ application, now, clientAddress }: LockoutFacts): readonly Scope[] {
  const hour = Math.floor(now.getTime() / hourMs)
  return [
    { kind: 'network', text: `network|${clientNetwork(clientAddress)}`, rule: networkRule },
    { kind: 'searches', text: `searches|${hour}`, rule: searchesRule(application.settings.failed_searches_per_hour) },
  ]
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
      return device === null ? [] : [ownersScope(device.keyId)]
    case 'gallery': {
      // Who was found in the gallery is not the device's owner: that is neither a failure of the device nor a success.
      const isOfDevice = failed && compared.afterOwners && device !== null
      return [...(isOfDevice ? [ownersScope(device.keyId)] : []), ...searchScopes(facts)]
    }
  }
}

export interface Comparison {
  readonly compared: Compared
  readonly failed: boolean
  /**
   * A success that stands for nobody else. Another one makes no failures good: whoever is taken for somebody else once, and feels for that
   * person's template from there, would never be stopped.
   */
  readonly isClear: boolean
}

/**
 * Counts a comparison before anything of it is told, in the transaction that decides. Whatever was compared costs the same work; where a
 * scope is closed the answer is thrown away, and is that of a stranger.
 *
 * @returns false where nothing may be told
 */
export async function countComparison(
  facts: LockoutFacts,
  { compared, failed, isClear }: Comparison,
): Promise<boolean> {
  const { stores, application, session, now, scopeDigest } = facts
  const applicationId = application.id
  for (const { kind, text, rule: whole } of scopesOf(facts, compared, failed)) {
    const rule = { ...whole, isResetBySuccess: whole.isResetBySuccess && isClear }
    const failures = await stores.attempts.count({ applicationId, scopeDigest: scopeDigest(text), failed, rule, now })
    if (failures === undefined) return false
    if (!failed || failures < rule.freeFailures) continue
    const event = { applicationId, event: 'lockout', outcome: kind, sessionId: session.id, at: now } as const
    await stores.audit.append({ ...event, subjectId: null })
  }
  return true
}

/** Opens every scope of a person, those of the devices as well. */
export async function openLockouts(stores: Stores, applicationId: string, subjectId: string): Promise<void> {
  const devices = await stores.devices.listOfSubject(applicationId, subjectId)
  const ofDevices = devices.flatMap(({ keyId }) => [knownDeviceScope(subjectId, keyId), ownersScope(keyId)])
  const keys = await stores.applicationKeys.of(applicationId)
  const scopes = [newDeviceScope(subjectId), ...ofDevices].map(({ text }) => keys.digest('attempt', Buffer.from(text)))
  await stores.attempts.clear(applicationId, scopes)
}
