import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { MienError } from '@mien/shared/errors'
import * as z from 'zod'

/** Everything that the outside may set. Environment variables win over files. */
export interface Config {
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  /** Absolute. Holds the embedded database, the keys and the admin token. */
  readonly dataDir: string
  /** PostgreSQL with pgvector; without it the embedded database in `dataDir`. */
  readonly databaseUrl: string | null
  /** Given by the environment; otherwise the file `admin-token` in `dataDir`. */
  readonly adminToken: string | null
  /** 64 hexadecimal digits, for several servers on one database; otherwise the file `master.key` in `dataDir`. */
  readonly masterKey: string | null
  /** Where people reach the server when a proxy stands in front; `iss` of assertions. */
  readonly publicUrl: string | null
  /** Sessions that one address may open on one application in a minute. */
  readonly pageSessionsPerMinute: number
  /** Folder with model files, used before any download. */
  readonly modelsDir: string | null
  readonly modelPack: string
  readonly demo: boolean
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
}

type Environment = Readonly<Record<string, string | undefined>>

const optionalText = z
  .string()
  .optional()
  .transform((text) => (text === undefined || text.trim() === '' ? null : text.trim()))

const schema = z.object({
  HOST: optionalText.transform((host) => host ?? '127.0.0.1'),
  PORT: optionalText.transform((port) => port ?? '8080').pipe(z.coerce.number<string>().int().min(0).max(65_535)),
  MIEN_DATA_DIR: optionalText.transform((folder) => absolute(folder ?? './data')),
  DATABASE_URL: optionalText.pipe(z.url({ protocol: /^postgres(ql)?$/ }).nullable()),
  MIEN_ADMIN_TOKEN: optionalText.pipe(z.string().min(16).nullable()),
  MIEN_MASTER_KEY: optionalText.pipe(
    z
      .string()
      .regex(/^[0-9a-f]{64}$/i)
      .nullable(),
  ),
  MIEN_PUBLIC_URL: optionalText.pipe(z.url({ protocol: /^https?$/ }).nullable()),
  MIEN_SESSIONS_PER_MINUTE: optionalText
    .transform((count) => count ?? '120')
    .pipe(z.coerce.number<string>().int().min(1).max(1_000_000)),
  MIEN_MODELS_DIR: optionalText.transform((folder) => (folder === null ? null : absolute(folder))),
  MIEN_MODEL_PACK: optionalText.transform((pack) => pack ?? 'standard'),
  MIEN_DEMO: optionalText.transform((demo) => demo ?? 'on').pipe(z.enum(['on', 'off'])),
  MIEN_LOG_LEVEL: optionalText
    .transform((level) => level ?? 'info')
    .pipe(z.enum(['debug', 'info', 'warn', 'error', 'silent'])),
})

/**
 * @throws MienError CONFIG_INVALID naming the variables, never their values
 */
export function readConfig(environment: Environment): Config {
  const parsed = schema.safeParse(environment)
  if (!parsed.success) {
    const names = [...new Set(parsed.error.issues.map((issue) => String(issue.path[0])))]
    throw new MienError('CONFIG_INVALID', { message: `Not valid: ${names.join(', ')}`, details: { variables: names } })
  }
  const values = parsed.data
  return {
    host: values.HOST,
    port: values.PORT,
    dataDir: values.MIEN_DATA_DIR,
    databaseUrl: values.DATABASE_URL,
    adminToken: values.MIEN_ADMIN_TOKEN,
    masterKey: values.MIEN_MASTER_KEY,
    publicUrl: values.MIEN_PUBLIC_URL,
    pageSessionsPerMinute: values.MIEN_SESSIONS_PER_MINUTE,
    modelsDir: values.MIEN_MODELS_DIR,
    modelPack: values.MIEN_MODEL_PACK,
    demo: values.MIEN_DEMO === 'on',
    logLevel: values.MIEN_LOG_LEVEL,
  }
}

const absolute = (folder: string): string => resolve(folder.replace(/^~(?=$|\/)/, homedir()))
