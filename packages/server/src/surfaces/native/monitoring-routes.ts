import type { Database } from '../../domain/ports.ts'
import * as map from './map.ts'
import * as wire from './monitoring-wire.ts'
import { pageOf, pageSize } from './paging.ts'
import type { Parts } from './parts.ts'

const isUp = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  )

const stateOf = (isWorking: boolean): 'up' | 'down' => (isWorking ? 'up' : 'down')

/** How an application is set up and what goes on in it. */
export function addMonitoring({ app, auth, services }: Parts, database: Pick<Database, 'ping'>): void {
  const { auditLog, statistics, pictures, model } = services

  app.openapi(wire.getSettings, async (c) => c.json(map.toApplication(await auth.backend(c)), 200))

  app.openapi(wire.listAudit, async (c) => {
    const { id } = await auth.backend(c)
    const { subject: subjectId, limit, cursor: beforeId } = c.req.valid('query')
    const size = pageSize(limit)
    const found = await auditLog.list(id, {
      limit: size + 1,
      ...(subjectId === undefined ? {} : { subjectId }),
      ...(beforeId === undefined ? {} : { beforeId }),
    })
    const { page, nextCursor } = pageOf(found, size)
    return c.json({ records: page.map(map.toAuditRecord), next_cursor: nextCursor }, 200)
  })

  app.openapi(wire.getStats, async (c) => {
    const { id } = await auth.backend(c)
    return c.json(map.toStats(await statistics.summary(id)), 200)
  })

  app.openapi(wire.getHealth, async (c) => {
    await auth.backend(c)
    const [isDatabaseUp, isVisionUp] = await Promise.all([isUp(database.ping()), isUp(pictures.check())])
    const isOk = isDatabaseUp && isVisionUp
    const answer = {
      status: isOk ? ('ok' as const) : ('degraded' as const),
      database: stateOf(isDatabaseUp),
      vision: stateOf(isVisionUp),
      model_id: model.modelId,
    }
    return c.json(answer, isOk ? 200 : 503)
  })
}
