import type { Database, GalleryCount, GalleryEngine, GalleryGraph, RevealCounts } from './ports.ts'

/** A gallery, and how this process searches it now. */
export interface GalleryFacts extends GalleryCount {
  readonly search: GalleryEngine
  readonly graph: GalleryGraph | null
}

export interface StatisticsSummary {
  readonly subjects: number
  /** Of any model. */
  readonly faces: number
  readonly galleries: readonly GalleryFacts[]
  /** Of dialects that were called at all. */
  readonly calls: readonly { readonly dialect: string; readonly calls: number }[]
  readonly reveals: RevealCounts
}

/** What an application has, counted when asked. */
export interface Statistics {
  summary(applicationId: string): Promise<StatisticsSummary>
  /** By name; none where there is no such application. */
  galleries(applicationId: string): Promise<readonly GalleryFacts[]>
  ofGallery(gallery: GalleryCount): Promise<GalleryFacts>
}

export interface StatisticsOptions {
  readonly database: Database
  /** Faces of this model are the ones that are searched. */
  readonly modelId: string
}

export function createStatistics({ database, modelId }: StatisticsOptions): Statistics {
  const { subjects, faces, apiCalls, audit } = database.reads
  const { galleries } = database.stores

  const factsOf = async (gallery: GalleryCount): Promise<GalleryFacts> => {
    const space = { applicationId: gallery.applicationId, galleryId: gallery.id, modelId }
    return { ...gallery, search: await database.engineOf(space), graph: (await database.graphOf(space)) ?? null }
  }

  /** One after the other: an application may have a thousand, and searches need the connections. */
  const factsOfAll = async (applicationId: string): Promise<readonly GalleryFacts[]> => {
    const facts: GalleryFacts[] = []
    for (const gallery of await galleries.list(applicationId)) facts.push(await factsOf(gallery))
    return facts
  }

  return {
    galleries: factsOfAll,
    ofGallery: factsOf,
    summary: async (applicationId) => ({
      subjects: await subjects.count(applicationId),
      faces: await faces.countAll(applicationId),
      galleries: await factsOfAll(applicationId),
      calls: await apiCalls.list(applicationId),
      reveals: await audit.countReveals(applicationId),
    }),
  }
}
