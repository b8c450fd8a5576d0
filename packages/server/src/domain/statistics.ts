import type { Database, GalleryCount, RevealCounts } from './ports.ts'

export interface StatisticsSummary {
  readonly subjects: number
  /** Of any model. */
  readonly faces: number
  readonly galleries: readonly GalleryCount[]
  /** Of dialects that were called at all. */
  readonly calls: readonly { readonly dialect: string; readonly calls: number }[]
  readonly reveals: RevealCounts
}

/** What an application has, counted when asked. */
export interface Statistics {
  summary(applicationId: string): Promise<StatisticsSummary>
}

export function createStatistics({ database }: { database: Database }): Statistics {
  const { subjects, faces, galleries, apiCalls, audit } = database.stores
  return {
    summary: async (applicationId) => ({
      subjects: await subjects.count(applicationId),
      faces: await faces.countAll(applicationId),
      galleries: await galleries.list(applicationId),
      calls: await apiCalls.list(applicationId),
      reveals: await audit.countReveals(applicationId),
    }),
  }
}
