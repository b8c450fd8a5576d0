/**
 * A new key waits until everybody who checks signatures can know it: they keep our key set for five minutes (`max-age=300`), our
 * own processes their copy for ten seconds.
 */
export const waitSeconds = 600

/** A key that signs no more stays published until the last that it signed has expired (30 minutes at most), and as long again. */
export const keepSeconds = 3600

export interface DatedKey {
  readonly keyId: string
  readonly createdAt: Date
}

export type SigningKeyState = 'waiting' | 'signing' | 'kept' | 'outlived'

export interface ScheduledKey<Key extends DatedKey> {
  readonly key: Key
  readonly state: SigningKeyState
  /** When it began or will begin to sign. */
  readonly signsFrom: Date
  /** When it leaves the key set; null while nothing is there to follow it. */
  readonly leavesAt: Date | null
}

const later = (date: Date, seconds: number): Date => new Date(date.getTime() + seconds * 1000)

/**
 * What each key does now. All processes come to the same, because nothing but the moments at which keys were made counts.
 *
 * @param keys oldest first, without those that were retired
 */
export function scheduleKeys<Key extends DatedKey>(keys: readonly Key[], now: Date): readonly ScheduledKey<Key>[] {
  // The oldest has nobody to wait for.
  const signsFrom = keys.map(({ createdAt }, i) => (i === 0 ? createdAt : later(createdAt, waitSeconds)))
  const signing = Math.max(
    0,
    signsFrom.findLastIndex((date) => date <= now),
  )
  return keys.map((key, i) => {
    const next = signsFrom[i + 1]
    const leavesAt = next === undefined ? null : later(next, keepSeconds)
    return { key, signsFrom: signsFrom[i]!, leavesAt, state: stateOf(i, signing, leavesAt, now) }
  })
}

function stateOf(i: number, signing: number, leavesAt: Date | null, now: Date): SigningKeyState {
  if (i > signing) return 'waiting'
  if (i === signing) return 'signing'
  return leavesAt !== null && leavesAt <= now ? 'outlived' : 'kept'
}
