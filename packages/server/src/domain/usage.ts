import type { Database } from './ports.ts'

/** How many of those who came last are named. */
const newestCount = 10

export interface UsageSummary {
  readonly calls: number
  readonly subjects: number
  /** Facial ids, newest first. */
  readonly newest: readonly string[]
}

/** What an application has and does, counted when asked. */
export interface Usage {
  /** Counts one call of an application in a dialect. */
  countCall(applicationId: string, dialect: string): Promise<void>
  summary(applicationId: string, dialect: string): Promise<UsageSummary>
}

export function createUsage({ database }: { database: Database }): Usage {
  const { apiCalls, subjects } = database.reads
  return {
    countCall: (applicationId, dialect) => database.stores.apiCalls.add(applicationId, dialect),
    summary: async (applicationId, dialect) => ({
      calls: await apiCalls.count(applicationId, dialect),
      subjects: await subjects.count(applicationId),
      newest: await subjects.newest(applicationId, newestCount),
    }),
  }
}
