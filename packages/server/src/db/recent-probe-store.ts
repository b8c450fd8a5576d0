import { and, desc, eq, inArray, notInArray } from 'drizzle-orm'
import type { RecentProbeStore } from '../domain/ports.ts'
import type { Executor } from './executor.ts'
import { recentProbes } from './schema.ts'

export function createRecentProbeStore(db: Executor): RecentProbeStore {
  const ofSubject = (applicationId: string, subjectId: string) =>
    and(eq(recentProbes.applicationId, applicationId), eq(recentProbes.subjectId, subjectId))

  return {
    async insert(probe, keep) {
      await db.insert(recentProbes).values(probe)
      const mine = ofSubject(probe.applicationId, probe.subjectId)
      const newest = db
        .select({ id: recentProbes.id })
        .from(recentProbes)
        .where(mine)
        .orderBy(desc(recentProbes.at), desc(recentProbes.id))
        .limit(keep)
      await db.delete(recentProbes).where(and(mine, notInArray(recentProbes.id, newest)))
    },
    async ofSubjects(applicationId, modelId, subjectIds) {
      const fits = and(
        eq(recentProbes.applicationId, applicationId),
        eq(recentProbes.modelId, modelId),
        inArray(recentProbes.subjectId, [...subjectIds]),
      )
      return subjectIds.length === 0 ? [] : db.select().from(recentProbes).where(fits)
    },
  }
}
