import { homedir, totalmem } from 'node:os'
import { resolve } from 'node:path'
import { MienError } from '@mien/shared/errors'
import * as z from 'zod'
import { isMailSender } from './mail/mail-address.ts'
import type { SmtpSettings } from './mail/smtp-mailer.ts'
import { type DialectName, dialectNames } from './surfaces/dialects.ts'

/** Everything that the outside may set. Environment variables win over files. */
export interface Config {
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  /** Absolute. Holds the embedded database, the keys and the admin token. */
  readonly dataDir: string
  /** PostgreSQL with pgvector; without it the embedded database in `dataDir`. */
  readonly databaseUrl: string | null
  /** Connections to PostgreSQL that this server opens at most, beside one that listens. */
  readonly databaseConnections: number
  /** A streaming standby of it, for lists and figures that may be a little old; null: those are read where everything else is. */
  readonly databaseReplicaUrl: string | null
  /** Milliseconds that what is read there may be behind; beyond, the standby is left alone. */
  readonly maxReplicaLagMs: number
  /** Given by the environment; otherwise the file `admin-token` in `dataDir`. */
  readonly adminToken: string | null
  /** 64 hexadecimal digits, for several servers on one database; otherwise the file `master.key` in `dataDir`. */
  readonly masterKey: string | null
  /** A second master key, which opens and never seals, while the first is being replaced. */
  readonly otherMasterKey: string | null
  /** Prints the master key; run without a shell. For key services. */
  readonly masterKeyCommand: string | null
  /** Where people reach the server when a proxy stands in front; `iss` of assertions. */
  readonly publicUrl: string | null
  /** Proxies in front that each add the peer they saw to `X-Forwarded-For`; what stands further left is not believed. */
  readonly trustedProxies: number
  /** Header in which the proxy says from which country a client comes, such as `CF-IPCountry`. The proxy must overwrite a client's own. */
  readonly countryHeader: string | null
  /** File in MaxMind's format that knows the country of an address, for what no header says. */
  readonly countryDatabase: string | null
  /** Origins that webhooks may be sent to although they are not public, such as `http://10.0.0.5:9000`. */
  readonly webhookAllow: readonly string[]
  /** Sessions that one address may open on one application in a minute. */
  readonly pageSessionsPerMinute: number
  /** Dialects that are answered under `/compat/<name>`. `MIEN_DIALECTS=none` switches all of them off. */
  readonly dialects: readonly DialectName[]
  /** Host names that stand for the root of a dialect, as `MIEN_HOSTS=api.faceio.example=faceio`; everything under such a name is that dialect. */
  readonly hosts: ReadonlyMap<string, DialectName>
  /** Calls that one key of a dialect may make in a minute, and so many that one address may. */
  readonly apiCallsPerMinute: number
  /** Requests that are answered at once; whoever comes then is told to come again. */
  readonly maxRequests: number
  /** Mean delay of the event loop, in milliseconds, from which on new requests are turned away; 0: never. */
  readonly maxLoopDelayMs: number
  /** Milliseconds that requests are still taken after a stop was asked for, so that whoever stands in front learns of it first. */
  readonly shutdownDelayMs: number
  /** Memory of this process for opened templates of applications whose `protection` is `sealed`. */
  readonly sealedMemoryBytes: number
  /** Memory of this process for galleries that are searched in it; 0: none are. Default: a quarter of the machine's, 2 GiB at most. */
  readonly indexMemoryBytes: number
  /** The mail server, from `MIEN_SMTP_URL` and `MIEN_SMTP_FROM`; null: no mail is sent. */
  readonly smtp: SmtpSettings | null
  /** Certificate and key, from `TLS_CERT` and `TLS_KEY`: the server then speaks HTTPS. Null: HTTP, behind a proxy or on this machine. */
  readonly tls: TlsFiles | null
  /** Folder with model files, used before any download. */
  readonly modelsDir: string | null
  readonly modelPack: string
  readonly demo: boolean
  /** Where `GET /metrics` is answered, apart from everything else; null: nowhere. 0 lets the system choose. */
  readonly metricsPort: number | null
  /** The address of that port. */
  readonly metricsHost: string
  /** Whether metrics count each application's decisions too, under its id. */
  readonly metricsPerApplication: boolean
  /** Base address of an OTLP/HTTP receiver of traces; null: nothing is sent. */
  readonly tracesEndpoint: string | null
  /** Whether receivers of webhooks get a `traceparent`. */
  readonly tracesToWebhooks: boolean
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'
}

/** Absolute paths of PEM files. */
export interface TlsFiles {
  /** The server's certificate, followed by those between it and the authority. */
  readonly certFile: string
  readonly keyFile: string
}

/** A quarter of what the machine, or the container, has. */
function defaultIndexMemoryMb(): number {
  const limit = process.constrainedMemory()
  const bytes = limit > 0 ? Math.min(limit, totalmem()) : totalmem()
  return Math.min(2048, Math.floor(bytes / 4 / 2 ** 20))
}

type Environment = Readonly<Record<string, string | undefined>>

const optionalText = z
  .string()
  .optional()
  .transform((text) => (text === undefined || text.trim() === '' ? null : text.trim()))

const listOf = (text: string | null): string[] => (text ?? '').split(',').flatMap((part) => part.trim() || [])

/** Exactly as `URL.origin` spells it, so that what is compared is what was written. */
const isOrigin = (text: string): boolean =>
  URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text

/** Nothing but a server and who we are to it: an option in a URL could switch the check of certificates off. */
const isMailServer = (text: string): boolean => {
  const { hostname, pathname, search, hash } = new URL(text)
  return hostname !== '' && ['', '/'].includes(pathname) && search === '' && hash === ''
}

/** One server: with several, decisions could be read from one that is not the one that is written to. */
const isOneHost = (text: string): boolean => !decodeURIComponent(new URL(text).host).includes(',')

const databaseUrl = optionalText.pipe(
  z
    .url({ protocol: /^postgres(ql)?$/, abort: true })
    .refine(isOneHost)
    .nullable(),
)

const wholeNumber = (otherwise: number, least: number, most: number) =>
  optionalText
    .transform((count) => count ?? String(otherwise))
    .pipe(z.coerce.number<string>().int().min(least).max(most))

const dialect = z.enum(dialectNames)

const onOrOff = (otherwise: 'on' | 'off') =>
  optionalText.transform((state) => state ?? otherwise).pipe(z.enum(['on', 'off']))

/** `name=dialect`; the name as `URL.hostname` spells it, without a port. */
const hostRoute = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?=[a-z]+$/)
  .transform((text) => text.split('='))
  .pipe(z.tuple([z.string(), dialect]))

const uniqueHosts = z
  .array(z.tuple([z.string(), dialect]))
  .refine((routes) => new Set(routes.map(([host]) => host)).size === routes.length)
  .transform((routes): ReadonlyMap<string, DialectName> => new Map(routes))

const masterKey = optionalText.pipe(
  z
    .string()
    .regex(/^[0-9a-f]{64}$/i)
    .nullable(),
)

const schema = z.object({
  HOST: optionalText.transform((host) => host ?? '127.0.0.1'),
  PORT: optionalText.transform((port) => port ?? '8080').pipe(z.coerce.number<string>().int().min(0).max(65_535)),
  MIEN_DATA_DIR: optionalText.transform((folder) => absolute(folder ?? './data')),
  DATABASE_URL: databaseUrl,
  MIEN_DATABASE_CONNECTIONS: wholeNumber(10, 1, 1000),
  DATABASE_REPLICA_URL: databaseUrl,
  MIEN_REPLICA_MAX_LAG_MS: wholeNumber(10_000, 100, 3_600_000),
  MIEN_MAX_REQUESTS: wholeNumber(500, 1, 100_000),
  MIEN_MAX_LOOP_DELAY_MS: wholeNumber(1000, 0, 60_000),
  MIEN_SHUTDOWN_DELAY_MS: wholeNumber(0, 0, 120_000),
  MIEN_ADMIN_TOKEN: optionalText.pipe(z.string().min(16).nullable()),
  MIEN_MASTER_KEY: masterKey,
  MIEN_MASTER_KEY_OTHER: masterKey,
  MIEN_MASTER_KEY_COMMAND: optionalText,
  MIEN_PUBLIC_URL: optionalText.pipe(z.url({ protocol: /^https?$/ }).nullable()),
  MIEN_TRUSTED_PROXIES: optionalText
    .transform((count) => count ?? '0')
    .pipe(z.coerce.number<string>().int().min(0).max(10)),
  MIEN_COUNTRY_HEADER: optionalText.pipe(
    z
      .string()
      .regex(/^[A-Za-z0-9-]{1,64}$/)
      .nullable(),
  ),
  MIEN_COUNTRY_DATABASE: optionalText.transform(absoluteOrNull),
  MIEN_WEBHOOK_ALLOW: optionalText.transform(listOf).pipe(z.array(z.string().refine(isOrigin))),
  MIEN_SESSIONS_PER_MINUTE: optionalText
    .transform((count) => count ?? '120')
    .pipe(z.coerce.number<string>().int().min(1).max(1_000_000)),
  MIEN_DIALECTS: optionalText
    .transform((names) => (names === 'none' ? [] : names === null ? [...dialectNames] : listOf(names)))
    .pipe(z.array(dialect)),
  MIEN_HOSTS: optionalText.transform(listOf).pipe(z.array(hostRoute)).pipe(uniqueHosts),
  MIEN_API_CALLS_PER_MINUTE: optionalText
    .transform((count) => count ?? '600')
    .pipe(z.coerce.number<string>().int().min(1).max(1_000_000)),
  MIEN_INDEX_MEMORY_MB: optionalText
    .transform((count) => count ?? String(defaultIndexMemoryMb()))
    .pipe(z.coerce.number<string>().int().min(0).max(1_048_576)),
  MIEN_SEALED_MEMORY_MB: optionalText
    .transform((count) => count ?? '256')
    .pipe(z.coerce.number<string>().int().min(1).max(65_536)),
  MIEN_SMTP_URL: optionalText.pipe(
    z
      .url({ protocol: /^smtps?$/, abort: true })
      .refine(isMailServer)
      .nullable(),
  ),
  MIEN_SMTP_FROM: optionalText.pipe(z.string().refine(isMailSender).nullable()),
  TLS_CERT: optionalText.transform(absoluteOrNull),
  TLS_KEY: optionalText.transform(absoluteOrNull),
  MIEN_MODELS_DIR: optionalText.transform(absoluteOrNull),
  MIEN_MODEL_PACK: optionalText.transform((pack) => pack ?? 'standard'),
  MIEN_DEMO: onOrOff('on'),
  MIEN_METRICS_PORT: optionalText.pipe(z.coerce.number<string>().int().min(0).max(65_535).nullable()),
  MIEN_METRICS_HOST: optionalText.transform((host) => host ?? '127.0.0.1'),
  MIEN_METRICS_APPLICATIONS: onOrOff('off'),
  OTEL_EXPORTER_OTLP_ENDPOINT: optionalText.pipe(z.url({ protocol: /^https?$/ }).nullable()),
  MIEN_TRACE_WEBHOOKS: onOrOff('off'),
  MIEN_LOG_LEVEL: optionalText
    .transform((level) => level ?? 'info')
    .pipe(z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])),
})

/**
 * @throws MienError CONFIG_INVALID naming the variables, never their values
 */
export function readConfig(environment: Environment): Config {
  const parsed = schema.safeParse(environment)
  if (!parsed.success) {
    throw notValid([...new Set(parsed.error.issues.map((issue) => String(issue.path[0])))])
  }
  const values = parsed.data
  checkHosts(values.MIEN_HOSTS, values.MIEN_DIALECTS)
  // Without a proxy the header is the client's own.
  if (values.MIEN_COUNTRY_HEADER !== null && values.MIEN_TRUSTED_PROXIES === 0) {
    throw notValid(['MIEN_COUNTRY_HEADER', 'MIEN_TRUSTED_PROXIES'])
  }
  checkMasterKey(values)
  if (values.DATABASE_REPLICA_URL !== null && values.DATABASE_URL === null) {
    throw notValid(['DATABASE_REPLICA_URL', 'DATABASE_URL'])
  }
  return {
    host: values.HOST,
    port: values.PORT,
    dataDir: values.MIEN_DATA_DIR,
    databaseUrl: values.DATABASE_URL,
    databaseConnections: values.MIEN_DATABASE_CONNECTIONS,
    databaseReplicaUrl: values.DATABASE_REPLICA_URL,
    maxReplicaLagMs: values.MIEN_REPLICA_MAX_LAG_MS,
    adminToken: values.MIEN_ADMIN_TOKEN,
    masterKey: values.MIEN_MASTER_KEY,
    otherMasterKey: values.MIEN_MASTER_KEY_OTHER,
    masterKeyCommand: values.MIEN_MASTER_KEY_COMMAND,
    publicUrl: values.MIEN_PUBLIC_URL,
    trustedProxies: values.MIEN_TRUSTED_PROXIES,
    countryHeader: values.MIEN_COUNTRY_HEADER,
    countryDatabase: values.MIEN_COUNTRY_DATABASE,
    webhookAllow: values.MIEN_WEBHOOK_ALLOW,
    pageSessionsPerMinute: values.MIEN_SESSIONS_PER_MINUTE,
    dialects: values.MIEN_DIALECTS,
    hosts: values.MIEN_HOSTS,
    apiCallsPerMinute: values.MIEN_API_CALLS_PER_MINUTE,
    maxRequests: values.MIEN_MAX_REQUESTS,
    maxLoopDelayMs: values.MIEN_MAX_LOOP_DELAY_MS,
    shutdownDelayMs: values.MIEN_SHUTDOWN_DELAY_MS,
    sealedMemoryBytes: values.MIEN_SEALED_MEMORY_MB * 2 ** 20,
    indexMemoryBytes: values.MIEN_INDEX_MEMORY_MB * 2 ** 20,
    smtp: both(values, 'MIEN_SMTP_URL', 'MIEN_SMTP_FROM', (url, from) => ({ url, from })),
    tls: both(values, 'TLS_CERT', 'TLS_KEY', (certFile, keyFile) => ({ certFile, keyFile })),
    modelsDir: values.MIEN_MODELS_DIR,
    modelPack: values.MIEN_MODEL_PACK,
    demo: values.MIEN_DEMO === 'on',
    metricsPort: values.MIEN_METRICS_PORT,
    metricsHost: values.MIEN_METRICS_HOST,
    metricsPerApplication: values.MIEN_METRICS_APPLICATIONS === 'on',
    tracesEndpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT,
    tracesToWebhooks: values.MIEN_TRACE_WEBHOOKS === 'on',
    logLevel: values.MIEN_LOG_LEVEL,
  }
}

/** One source alone, and a second key only beside one from the environment: a file's own is kept beside it. */
function checkMasterKey(values: z.infer<typeof schema>): void {
  const sources = [values.MIEN_MASTER_KEY, values.MIEN_MASTER_KEY_COMMAND].filter((source) => source !== null)
  if (sources.length > 1) throw notValid(['MIEN_MASTER_KEY', 'MIEN_MASTER_KEY_COMMAND'])
  if (sources.length === 0 && values.MIEN_MASTER_KEY_OTHER !== null) throw notValid(['MIEN_MASTER_KEY_OTHER'])
}

/** Two variables of which neither means anything alone. */
function both<A extends string, B extends string, Result>(
  values: Readonly<Record<A | B, string | null>>,
  a: A,
  b: B,
  make: (a: string, b: string) => Result,
): Result | null {
  const [first, second] = [values[a], values[b]]
  if ((first === null) !== (second === null)) throw notValid([a, b])
  return first === null || second === null ? null : make(first, second)
}

/** A name that stands for a dialect that is off would answer nothing at all. */
function checkHosts(hosts: ReadonlyMap<string, DialectName>, dialects: readonly DialectName[]): void {
  if ([...hosts.values()].some((name) => !dialects.includes(name))) throw notValid(['MIEN_HOSTS'])
}

const notValid = (names: readonly string[]): MienError =>
  new MienError('CONFIG_INVALID', { message: `Not valid: ${names.join(', ')}`, details: { variables: names } })

function absolute(path: string): string {
  return resolve(path.replace(/^~(?=$|\/)/, homedir()))
}

function absoluteOrNull(path: string | null): string | null {
  return path === null ? null : absolute(path)
}
