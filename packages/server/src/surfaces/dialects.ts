import type { MienError } from '@mien/shared/errors'
import type { Context, MiddlewareHandler } from 'hono'
import type { Mailer } from '../domain/mailer.ts'
import type { Clock } from '../domain/ports.ts'
import type { Services } from '../domain/services.ts'
import type { CreateLimiter } from '../http/rate-limit.ts'

/** Systems whose REST dialect the server speaks beside its own, each under `/compat/<name>`. */
export const dialectNames = ['faceio', 'ticos', 'uqudo', 'idaas', 'ufme'] as const

export type DialectName = (typeof dialectNames)[number]

export const dialectRoot = (name: DialectName): string => `/compat/${name}`

/** What a dialect is made of. */
export interface DialectOptions {
  readonly services: Services
  readonly clock: Clock
  readonly mailer: Mailer
  /** Where people's browsers reach this server, without a slash at the end. */
  readonly ownUrl: string
  /** Calls that one key may make in a minute, and so many that one address may. */
  readonly callsPerMinute: number
  /** Counts over all processes that share a database. */
  readonly createLimiter: CreateLimiter
  /** In front of everything: turns requests away while there are too many. */
  readonly admit: MiddlewareHandler
  /** Rejects with the reason when the server cannot do its work. */
  readonly checkHealth: () => Promise<void>
  /** Told what went wrong inside. */
  readonly onFailure: (c: Context, error: MienError) => void
}
