import { z } from '@hono/zod-openapi'
import * as mini from 'zod/mini'

/**
 * Lifts a schema of `shared/api` (zod/mini, which the browser can afford) into a route definition. Validation is that of the
 * schema itself; the OpenAPI document shows its JSON Schema.
 */
export function wireSchema<Output>(schema: mini.ZodMiniType<Output>): z.ZodType<Output> {
  const documented = documentSchema(schema)
  const lifted = z.unknown().superRefine((value, context) => {
    const result = schema.safeParse(value)
    if (!result.success) context.issues.push(...(result.error.issues as unknown as typeof context.issues))
  })
  return lifted.openapi(documented) as unknown as z.ZodType<Output>
}

/** For a description. Recursion occurs in one schema only, "any JSON value", which a document says with an empty schema. */
export function documentSchema(schema: mini.ZodMiniType): Record<string, unknown> {
  const text = JSON.stringify(mini.toJSONSchema(schema), (key, value: unknown) => {
    if (key === '$schema' || key === '$defs') return undefined
    const isReference = typeof value === 'object' && value !== null && '$ref' in value
    return isReference ? {} : value
  })
  return JSON.parse(text) as Record<string, unknown>
}
