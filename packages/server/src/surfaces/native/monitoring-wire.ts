import { createRoute, z } from '@hono/zod-openapi'
import { application } from '@mien/shared/api/applications'
import { auditList, health, stats } from '@mien/shared/api/monitoring'
import { answer, backend, failure, limitParam, uuidParam } from './wire.ts'

export const getSettings = createRoute({
  method: 'get',
  path: '/v1/settings',
  summary: 'Read the settings of the application; the admin token changes them',
  security: backend,
  responses: { 200: answer('The application', application), ...failure },
})

export const listAudit = createRoute({
  method: 'get',
  path: '/v1/audit',
  summary: 'Read what was done, newest first',
  security: backend,
  request: {
    query: z.strictObject({ subject: uuidParam.optional(), limit: limitParam, cursor: uuidParam.optional() }),
  },
  responses: { 200: answer('A page of records', auditList), ...failure },
})

export const getStats = createRoute({
  method: 'get',
  path: '/v1/stats',
  summary: 'Count people, faces and calls',
  security: backend,
  responses: { 200: answer('Counted now', stats), ...failure },
})

export const getHealth = createRoute({
  method: 'get',
  path: '/v1/health',
  summary: 'Ask whether database and networks work; the first call loads the networks',
  security: backend,
  responses: {
    200: answer('Everything works', health),
    503: answer('Something is down', health),
    ...failure,
  },
})
