import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Services } from '../../domain/services.ts'
import type { NativeAuth } from './auth.ts'
import type { OnceARequest } from './once.ts'

/** What the handlers of one resource need. */
export interface Parts {
  readonly app: OpenAPIHono
  readonly auth: NativeAuth
  readonly services: Services
  readonly once: OnceARequest
}
