import { maxPinTries, type Pins } from './pins.ts'
import type { SecondFactor } from './second-factor.ts'

/** The PIN of one of those whom a face could be. */
export const pinFactor = (pins: Pins, pin: string): SecondFactor => ({
  method: 'pin',
  async reserve(stores, { applicationId, candidateIds }) {
    const reserved = await stores.pins.reserve(applicationId, candidateIds, maxPinTries)
    return async () => {
      const [subjectId, other] = await pins.matching(applicationId, reserved, pin)
      // A locked person looks like an unknown one. Of two that look alike one may be the other's way around a lock.
      if (reserved.length < candidateIds.length) return { kind: 'unfit', reason: 'not_recognised' }
      if (subjectId === undefined) return { kind: 'unfit', reason: 'pin_wrong' }
      if (other !== undefined) return { kind: 'unfit', reason: 'not_recognised' }
      const others = reserved.map((each) => each.subjectId).filter((id) => id !== subjectId)
      return {
        kind: 'fits',
        subjectId,
        async use(within) {
          await within.pins.clear(applicationId, subjectId)
          await within.pins.refund(applicationId, others)
          return null
        },
      }
    }
  },
})
