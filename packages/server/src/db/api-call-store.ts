import { and, asc, eq, sql } from 'drizzle-orm'
import type { ApiCallStore } from '../domain/ports.ts'
import type { Executor } from './executor.ts'
import { apiCalls } from './schema.ts'

export function createApiCallStore(db: Executor): ApiCallStore {
  return {
    async add(applicationId, dialect) {
      await db
        .insert(apiCalls)
        .values({ applicationId, dialect, calls: 1 })
        .onConflictDoUpdate({
          target: [apiCalls.applicationId, apiCalls.dialect],
          set: { calls: sql`${apiCalls.calls} + 1` },
        })
    },
    list: (applicationId) =>
      db
        .select({ dialect: apiCalls.dialect, calls: apiCalls.calls })
        .from(apiCalls)
        .where(eq(apiCalls.applicationId, applicationId))
        .orderBy(asc(apiCalls.dialect)),
    async count(applicationId, dialect) {
      const fits = and(eq(apiCalls.applicationId, applicationId), eq(apiCalls.dialect, dialect))
      return (await db.select({ calls: apiCalls.calls }).from(apiCalls).where(fits))[0]?.calls ?? 0
    },
  }
}
