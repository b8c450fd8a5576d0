import { randomBytes } from 'node:crypto'
import type { ApplicationSettingsPatch } from '@mien/shared/api/applications'
import { openSeeding, type Seeding } from '../../../packages/server/src/db/open-seeding.fixture.ts'
import { createOwnPostgres } from '../../../packages/server/src/db/own-postgres.fixture.ts'
import { progress } from '../../drill/progress.ts'
import { type ServerProgram, startServer, type TestServer } from '../../rig/server.ts'
import { bringPostgres } from '../bring-postgres.ts'
import { type EnrolledPeople, enrolPeople } from './enrolled-people.ts'
import { createHttpSender, type HttpSender } from './http-sender.ts'
import { parentOf } from './process-time.ts'
import type { SignInOptions } from './sign-ins.ts'

/** Real servers on one PostgreSQL, and who loads them. */
export interface LoadRig {
  readonly servers: readonly TestServer[]
  readonly sender: HttpSender
  /** Process of the database server; 0 where it is elsewhere. */
  readonly postmaster: number
  /** Starts them one after another. */
  addServer(): Promise<void>
  open(name: string, people: number, devices: number, settings?: ApplicationSettingsPatch): Promise<LoadedApplication>
  close(): Promise<void>
}

/** An application with people in it. */
export interface LoadedApplication {
  readonly applicationId: string
  readonly secretKey: string
  readonly people: EnrolledPeople
  readonly seedSeconds: number
  /** @param isSigned by devices: 1:1 */
  signIns(isSigned: boolean, servers?: number): SignInOptions
}

export interface LoadRigOptions {
  readonly database: string | undefined
  readonly program: ServerProgram
}

/** So many as no load reaches: limits have their own tests. */
const environment = {
  MIEN_DEMO: 'off',
  MIEN_SESSIONS_PER_MINUTE: '1000000',
  MIEN_API_CALLS_PER_MINUTE: '1000000',
} as const

/** @throws Error where there is no PostgreSQL */
export async function openLoadRig({ database, program }: LoadRigOptions): Promise<LoadRig> {
  const brought = await bringPostgres(database)
  if ('missing' in brought) throw new Error(`A load needs PostgreSQL: ${brought.missing}`)
  const own = await createOwnPostgres(brought.url)
  const masterKey = randomBytes(32).toString('hex')
  const servers: TestServer[] = []
  const addServer = async () => {
    const shared = { ...environment, DATABASE_URL: own.url, MIEN_MASTER_KEY: masterKey }
    servers.push(await startServer(shared, program))
  }
  await addServer()
  const seeding = await openSeeding(own.url, masterKey)
  const [row] = await seeding.database.query('select pg_backend_pid() as pid')
  const sender = createHttpSender()
  let firstSeed = 1
  return {
    servers,
    sender,
    postmaster: parentOf(row!.pid as number),
    addServer,
    async open(name, people, devices, settings = {}) {
      const opened = await openApplication({ server: servers[0]!, seeding, name, people, devices, settings, firstSeed })
      firstSeed += people
      const urlsOf = (count: number) => servers.slice(0, count).map(({ url }) => url)
      return {
        ...opened,
        signIns: (isSigned, count = servers.length) => ({
          sender,
          urls: urlsOf(count),
          publicId: opened.publicId,
          people: opened.people,
          isSigned,
        }),
      }
    },
    async close() {
      sender.close()
      await Promise.all(servers.map((server) => server.close()))
      await seeding.database.close()
      await own.drop()
      await brought.stop()
    },
  }
}

interface Opening {
  readonly server: TestServer
  readonly seeding: Seeding
  readonly name: string
  readonly people: number
  readonly devices: number
  readonly settings: ApplicationSettingsPatch
  readonly firstSeed: number
}

async function openApplication({ server, seeding, name, people: count, devices, settings, firstSeed }: Opening) {
  const created = await server.admin.createApplication({ name })
  const { application_id: applicationId, public_id: publicId, secret_key: secretKey } = created
  // Nobody is asked for more than a face because there are many, and nobody for pictures of it.
  await server.admin.changeSettings(applicationId, {
    max_identify_gallery: 10_000_000,
    device_keys: true,
    spot_check_percent: 0,
    ...settings,
  })
  const onProgress = progress(`${name}: people`, count)
  const began = performance.now()
  const people = await enrolPeople(seeding, { applicationId, people: count, devices, firstSeed, onProgress })
  return { applicationId, publicId, secretKey, people, seedSeconds: (performance.now() - began) / 1000 }
}
