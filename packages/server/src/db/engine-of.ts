import { and, desc, eq } from 'drizzle-orm'
import type { FaceSpace } from '../domain/model.ts'
import type { GalleryEngine } from '../domain/ports.ts'
import { chooseEngine } from './choose-engine.ts'
import type { ExactGallery, ExactMemory, ExactState } from './exact-memory.ts'
import type { Executor } from './executor.ts'
import type { GalleryMemory } from './gallery-memory.ts'
import { sizeOfGallery } from './gallery-sizes.ts'
import { applicationKeys } from './schema.ts'
import type { SearchPlans } from './search-plans.ts'

export interface EngineOfOptions {
  readonly sealed: GalleryMemory
  /** Undefined: the engine is off. */
  readonly exact: ExactMemory | undefined
  readonly plans: SearchPlans
}

/** What searches the gallery in this process, and why. */
export async function engineOf(
  db: Executor,
  space: FaceSpace,
  { sealed, exact, plans }: EngineOfOptions,
): Promise<GalleryEngine> {
  const faces = await sizeOfGallery(db, space)
  if (await isSealed(db, space)) return { engine: 'sealed', reason: 'sealed', faces, bytes: sealed.bytesOf(space) }
  const known = exact?.ofSpace(space) ?? []
  const bytes = known.reduce((sum, { block }) => sum + (block?.bytes ?? 0), 0)
  const choice = await plans.choiceOf(db, space)
  const hasGraph = await plans.hasGraph(db, space)
  const memory = exact === undefined ? 'off' : stateOf(known)
  return { ...chooseEngine({ choice, faces, memory, hasGraph }), faces, bytes }
}

/** While keys are replaced there are two: that of the newer templates is the one that stays. */
const stateOf = (known: readonly ExactGallery[]): ExactState =>
  [...known].sort((a, b) => b.space.keyVersion - a.space.keyVersion)[0]?.state ?? 'idle'

async function isSealed(db: Executor, { applicationId }: FaceSpace): Promise<boolean> {
  const { protection, version, use } = applicationKeys
  const mine = and(eq(applicationKeys.applicationId, applicationId), eq(use, 'all'))
  const [newest] = await db.select({ protection }).from(applicationKeys).where(mine).orderBy(desc(version)).limit(1)
  return newest?.protection === 'sealed'
}
