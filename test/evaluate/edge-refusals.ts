import { maxEdgeFailures } from '@mien/shared/policy/identify'
import { cosine } from '@mien/shared/template/unit-vector'
import { seededRandom } from '../fixtures/synthetic-templates.ts'
import { type Bars, createOracle } from './climbing.ts'
import type { Person } from './morph-trials.ts'

const signInsEach = 60

export interface EdgeRefusals {
  readonly people: number
  /** Shares of all sign-ins, each person the same weight. */
  readonly belowThreshold: number
  /** At the threshold or above, and refused because of the failures before. */
  readonly atEdge: number
}

/** What the rule about edges costs people who sign in as themselves, one after the other, each time with any other photograph of theirs. */
export function evaluateEdgeRefusals(people: readonly Person[], bars: Bars): EdgeRefusals {
  const random = seededRandom(2)
  const several = people.filter(({ vectors }) => vectors.length > 1)
  let [belowThreshold, atEdge] = [0, 0]
  for (const { vectors } of several) {
    const [enrolled, ...others] = vectors
    const oracle = createOracle(enrolled!, bars, { edgeFailures: maxEdgeFailures, refusesCopies: false })
    for (let signIn = 0; signIn < signInsEach; signIn++) {
      const probe = others[Math.floor(random() * others.length)]!
      if (oracle.accepts(probe)) continue
      if (cosine(probe, enrolled!) >= bars.threshold) atEdge++
      else belowThreshold++
    }
  }
  const signIns = several.length * signInsEach
  return { people: several.length, belowThreshold: belowThreshold / signIns, atEdge: atEdge / signIns }
}
