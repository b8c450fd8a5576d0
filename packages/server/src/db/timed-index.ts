import type { TemplateIndex } from '../domain/ports.ts'

/** Told of a search that was answered. @param engine a constant of our code. @param ms from the question to the answer */
export type OnSearch = (engine: string, ms: number) => void

/** The same index, which tells how long its answers take. */
export function timedIndex<Index extends TemplateIndex>(
  engine: string,
  index: Index,
  onSearch: OnSearch | undefined,
): Index {
  if (onSearch === undefined) return index
  return {
    ...index,
    async nearest(query) {
      const began = performance.now()
      const hits = await index.nearest(query)
      onSearch(engine, performance.now() - began)
      return hits
    },
  }
}
