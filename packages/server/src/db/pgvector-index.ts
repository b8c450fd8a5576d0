import { and, asc, eq, sql } from 'drizzle-orm'
import { toSql } from 'pgvector'
import type { TemplateIndex } from '../domain/ports.ts'
import type { Executor } from './executor.ts'
import { faces } from './schema.ts'

/**
 * Exact search inside one gallery, the reference that the other engines are measured against.
 * `<#>` is the negative inner product; vectors are unit, so it is minus the cosine.
 */
export function createPgvectorIndex(db: Executor): TemplateIndex {
  return {
    async nearest({ applicationId, galleryId, modelId, keyVersion, vector, limit }) {
      const distance = sql<number>`${faces.vector} <#> ${toSql([...vector])}::halfvec`
      const rows = await db
        .select({ subjectId: faces.subjectId, distance })
        .from(faces)
        .where(
          and(
            eq(faces.applicationId, applicationId),
            eq(faces.galleryId, galleryId),
            eq(faces.modelId, modelId),
            eq(faces.keyVersion, keyVersion),
          ),
        )
        .orderBy(asc(distance))
        .limit(limit)
      return rows.map((row) => ({ subjectId: row.subjectId, score: -row.distance }))
    },
  }
}
