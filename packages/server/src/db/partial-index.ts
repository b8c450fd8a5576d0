import type { IndexHit, NearestQuery } from '../domain/ports.ts'

export interface SizedQuery extends NearestQuery {
  /** Faces of the model in the gallery, about now. */
  readonly gallerySize: number
}

/** An engine that can search some galleries at some times. */
export interface PartialIndex {
  /** As `TemplateIndex.nearest`; null where it cannot say, and somebody else has to be asked. */
  tryNearest(query: SizedQuery): Promise<readonly IndexHit[] | null>
}
