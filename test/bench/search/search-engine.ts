import type { SearchProbe } from './template-source.ts'

/** Who an engine says is nearest. */
export interface SearchAnswer {
  readonly person: number
  /** As the engine gives it. */
  readonly score: number
}

/** One engine over one gallery. */
export interface SearchEngine {
  readonly name: string
  /** Null: it looks at the same bytes and finds nobody. */
  search(probe: SearchProbe): Promise<SearchAnswer | null>
  /** Of building or loading what it searches; null: somebody else's. */
  readonly loadMs: number | null
  /** Of what it searches. */
  readonly bytes: number
  /** Called before its searches when another engine may have changed a setting. Not timed. */
  readonly prepare?: () => Promise<void>
  readonly close?: () => Promise<void>
}
