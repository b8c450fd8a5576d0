import type { SearchEngine } from '@mien/shared/api/galleries'
import type { EngineReason, GalleryEngine } from '../domain/ports.ts'
import type { ExactState } from './exact-memory.ts'

/**
 * Fewer are searched in the database, which is as fast: measured, the whole search crosses between one and two thousand faces of 512 numbers
 * on PostgreSQL, and below a thousand on the embedded database.
 */
export const leastInMemory = 2000

export interface EngineFacts {
  /** What somebody chose for the gallery. */
  readonly choice: SearchEngine
  /** Of the model. */
  readonly faces: number
  readonly memory: ExactState | 'off'
  readonly hasGraph: boolean
}

/** Whether the gallery belongs into memory, if it fits. */
export const wantsMemory = ({ choice, faces }: Pick<EngineFacts, 'choice' | 'faces'>): boolean =>
  choice === 'memory' || (choice === 'auto' && faces >= leastInMemory)

/** What searches a gallery, and why. Where the one that was asked for cannot search, the database does. */
export function chooseEngine(facts: EngineFacts): Pick<GalleryEngine, 'engine' | 'reason'> {
  const { choice, faces, memory, hasGraph } = facts
  if (choice === 'database') return { engine: 'database', reason: 'chosen' }
  if (choice === 'hnsw') return hasGraph ? { engine: 'hnsw', reason: 'chosen' } : inDatabase('no_graph')
  if (choice === 'memory') return memory === 'ready' ? { engine: 'memory', reason: 'chosen' } : inDatabase(memory)
  if (faces < leastInMemory) return inDatabase('small')
  if (memory === 'ready') return { engine: 'memory', reason: 'fits' }
  // Soon it is in memory, and until then the answer is as exact as it will be.
  const isComing = memory === 'idle' || memory === 'loading'
  return hasGraph && !isComing ? { engine: 'hnsw', reason: memory } : inDatabase(memory)
}

const inDatabase = (reason: EngineReason) => ({ engine: 'database', reason }) as const
