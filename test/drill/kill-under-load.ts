import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { webhookList } from '@mien/shared/api/webhooks'
import type { TestServer } from '../rig/server.ts'
import { checkLedger, findWrongPins } from './check-ledger.ts'
import { type AskSql, countSignIns, findHalfWrites } from './find-half-writes.ts'
import { createKillLedger, type KillLedger } from './kill-ledger.ts'
import { openApplication } from './open-application.ts'
import { askBackend, createLoadWorker, type LoadApplication } from './random-load.ts'
import { openReceiver } from './webhook-receiver.ts'

/** Something that is killed again and again while a server is under load. */
export interface KillTarget {
  kill(): Promise<void>
  /** Until it answers again. */
  revive(): Promise<void>
}

export interface KillOptions {
  readonly openServer: (environment: Readonly<Record<string, string>>) => Promise<TestServer>
  /** What is killed, of the server that was opened. */
  readonly target: (server: TestServer) => KillTarget
  /** Reads the database of a server that is stopped. */
  readonly withDatabase: <T>(server: TestServer, work: (ask: AskSql) => Promise<T>) => Promise<T>
  readonly rounds: number
  readonly workers: number
  /** Whether requests without an answer are sent again at the end, which takes a minute. */
  readonly asksAgain: boolean
  readonly onProgress?: (rounds: number) => void
}

export interface KillFigures {
  readonly rounds: number
  readonly acknowledged: number
  /** Requests that were under way when something was killed. */
  readonly interrupted: number
  readonly people: number
  /** In words; each must be empty. */
  readonly lost: readonly string[]
  readonly doubled: readonly string[]
  readonly halfDone: readonly string[]
  /** Whose answer was lost: done, and not done. */
  readonly unanswered: { readonly there: number; readonly notThere: number }
  readonly events: { readonly written: number; readonly arrived: number; readonly repeated: number }
}

/** Random load, a kill at a random moment, and at the end the client's ledger against what is there. */
export async function killUnderLoad(options: KillOptions): Promise<KillFigures> {
  const receiver = await openReceiver()
  const server = await options.openServer({ MIEN_WEBHOOK_ALLOW: receiver.url })
  try {
    const application = await openApplication(server, 'kill', { prevent_duplicates: false, pin_enroll: 'optional' })
    await listen(application, receiver.url)
    const ledger = createKillLedger()
    const interrupted = await runRounds(options, server, () => createLoadWorker(application, ledger), ledger)
    const findings = await checkLedger(application, ledger, options.asksAgain)
    await server.admin.changeSettings(application.applicationId, { pin_authenticate: 'always' })
    const wrongPins = await findWrongPins(application, ledger)
    const pending = () => pendingEvents(application)
    for (const deadline = Date.now() + 60_000; (await pending()) > 0 && Date.now() < deadline; ) await sleep(250)
    await server.kill()
    const inDatabase = await options.withDatabase(server, async (ask) => ({
      halfDone: await findHalfWrites(ask),
      signIns: await countSignIns(ask),
      eventIds: (await ask('select id::text as id from webhook_deliveries')).map(({ id }) => String(id)),
    }))
    const { lost, doubled } = compareSignIns(ledger, inDatabase.signIns)
    const missing = inDatabase.eventIds.filter((id) => !receiver.arrived.has(id))
    return {
      rounds: options.rounds,
      acknowledged: ledger.acknowledged,
      interrupted,
      people: ledger.people.length,
      lost: [...findings.lost, ...wrongPins, ...lost, ...missing.map((id) => `event ${id} did not arrive`)],
      doubled: [...findings.doubled, ...doubled],
      halfDone: inDatabase.halfDone,
      unanswered: findings.unanswered,
      events: {
        written: inDatabase.eventIds.length,
        arrived: receiver.arrived.size,
        repeated: receiver.count() - receiver.arrived.size,
      },
    }
  } catch (error) {
    process.stderr.write(`${server.log().slice(-4000)}\n`)
    throw error
  } finally {
    await server.close()
    await receiver.close()
  }
}

/** @returns how many requests were interrupted */
async function runRounds(
  { target: targetOf, rounds, workers, onProgress }: KillOptions,
  server: TestServer,
  createWorker: () => { step(): Promise<void> },
  ledger: KillLedger,
): Promise<number> {
  const target = targetOf(server)
  const all = Array.from({ length: workers }, createWorker)
  let interrupted = 0
  for (let round = 0; round < rounds; round++) {
    let isKilled = false
    const workUntilKilled = async ({ step }: { step(): Promise<void> }) => {
      while (!isKilled) {
        try {
          await step()
        } catch (error) {
          if (!isKilled) throw error
          interrupted++
        }
      }
    }
    const working = all.map(workUntilKilled)
    await Promise.race([killMoment(ledger), Promise.all(working)])
    isKilled = true
    await target.kill()
    await Promise.all(working)
    await target.revive()
    onProgress?.(round + 1)
  }
  return interrupted
}

/** Some time after the next acknowledgement: a kill before any was given would prove nothing. */
async function killMoment(ledger: KillLedger): Promise<void> {
  const before = ledger.acknowledged
  while (ledger.acknowledged === before) await sleep(5)
  await sleep(randomInt(0, 1500))
}

async function listen(application: LoadApplication, url: string): Promise<void> {
  await askBackend(application, 'POST', '/v1/webhooks', { url, events: ['enroll', 'auth', 'deletion'] })
}

async function pendingEvents(application: LoadApplication): Promise<number> {
  const { webhooks } = webhookList.parse(await (await askBackend(application, 'GET', '/v1/webhooks')).json())
  return webhooks.reduce((sum, { pending }) => sum + pending, 0)
}

function compareSignIns(ledger: KillLedger, counted: ReadonlyMap<string, number>) {
  const lost: string[] = []
  const doubled: string[] = []
  for (const { facialId, signIns } of ledger.people) {
    const times = counted.get(facialId) ?? 0
    if (times < signIns.acknowledged) lost.push(`${signIns.acknowledged - times} sign-ins of ${facialId}`)
    const most = signIns.acknowledged + signIns.unanswered
    if (times > most) doubled.push(`${times - most} sign-ins of ${facialId}`)
  }
  return { lost, doubled }
}
