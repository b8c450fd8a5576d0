import { maxPinTries, type Pins } from './pins.ts'
import type { SecondFactor, Unfit } from './second-factor.ts'

const unfit = (reason: 'pin_wrong' | 'not_recognised'): Unfit => ({ kind: 'unfit', reason })

/** The PIN of one of those whom a face could be. */
export const pinFactor = (pins: Pins, pin: string): SecondFactor => ({
  method: 'pin',
  async reserve(stores, { applicationId, candidateIds }) {
    const reserved = await stores.pins.reserve(applicationId, candidateIds, maxPinTries)
    return async () => {
      const [subjectId, other] = await pins.matching(applicationId, reserved, pin)
      // A locked person looks like an unknown one. Of two that look alike one may be the other's way around a lock.
      if (reserved.length < candidateIds.length) return unfit('not_recognised')
      if (subjectId === undefined) return unfit('pin_wrong')
      if (other !== undefined) return unfit('not_recognised')
      const right = reserved.find((each) => each.subjectId === subjectId)!
      const others = reserved.filter((each) => each !== right)
      return {
        kind: 'fits',
        subjectId,
        heldScopes: [],
        // Whose PIN was taken away or replaced while this one was looked at did not give theirs.
        use: async (within) =>
          (await within.pins.settle(applicationId, right, others)) ? null : unfit('not_recognised'),
      }
    }
  },
})
