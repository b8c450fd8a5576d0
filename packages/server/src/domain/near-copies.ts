import { comparedProbes, isNearCopy } from '@mien/shared/policy/near-copy'
import type { Probe } from './application-keys.ts'
import { scoreOf } from './compare.ts'
import type { Face, FaceSpace } from './model.ts'
import type { Stores } from './ports.ts'
import { rowId } from './tokens.ts'

interface ProbeFacts {
  readonly stores: Stores
  readonly space: FaceSpace
  readonly probe: Probe
  readonly now: Date
}

/**
 * Whether the probe is nearly what one of these subjects was enrolled or recognised by before. They are held, so that of two copies sent at once
 * one is seen.
 *
 * @param enrolled their faces
 */
export async function copiesEarlierProbe(
  facts: ProbeFacts,
  subjectIds: readonly string[],
  enrolled: readonly Face[],
): Promise<boolean> {
  const { stores, space, probe } = facts
  const recent = await stores.recentProbes.ofSubjects(space.applicationId, space.modelId, subjectIds)
  return isNearCopy([...enrolled, ...recent].map((earlier) => scoreOf(probe, earlier)))
}

/** Keeps the probe for the comparisons to come. Not where templates are sealed: then enrolled faces alone are compared. */
export async function rememberProbe(facts: ProbeFacts, subjectIds: readonly string[]): Promise<void> {
  const { stores, space, probe, now } = facts
  const { applicationId, modelId } = space
  const turned = probe.at(-1)!
  // What the key says holds until the commit; the setting may be older.
  if ((await stores.applicationKeys.protectionOf(applicationId, turned.keyVersion)) === 'sealed') return
  for (const subjectId of subjectIds) {
    const recent = { applicationId, modelId, id: rowId(), subjectId, ...turned, at: now }
    await stores.recentProbes.insert(recent, comparedProbes)
  }
}
