import type { AuditRecord } from './model.ts'
import type { AuditPage, Database } from './ports.ts'

export type NumberedAuditRecord = AuditRecord & { readonly id: string }

/** What was done in an application, as its owner reads it. */
export interface AuditLog {
  /** Newest first. */
  list(applicationId: string, page: AuditPage): Promise<readonly NumberedAuditRecord[]>
}

export const createAuditLog = ({ database }: { database: Database }): AuditLog => ({
  list: (applicationId, page) => database.stores.audit.list(applicationId, page),
})
