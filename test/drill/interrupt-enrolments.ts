import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { syntheticPerson } from '../fixtures/synthetic-templates.ts'
import type { TestServer } from '../rig/server.ts'
import { createSimulatedWidget, type SimulatedWidget } from './simulated-widget.ts'

export interface InterruptFigures {
  readonly kills: number
  /** Enrolments that were under way when the process was killed. */
  readonly interrupted: number
  readonly acknowledged: number
  /** Acknowledged and not there after the restart. Must be 0. */
  readonly lost: number
  /** Acknowledged people whom the server still recognises by face after the last restart. Must equal `acknowledged`. */
  readonly recognised: number
}

export interface InterruptOptions {
  readonly server: TestServer
  readonly publicId: string
  readonly secretKey: string
  readonly kills: number
  readonly concurrency: number
  readonly onProgress?: (kills: number) => void
}

interface Acknowledged {
  readonly seed: number
  readonly facialId: string
}

/** Enrolls people without pause, kills the server at random moments, and checks the ledger of what it had acknowledged. */
export async function interruptEnrolments(options: InterruptOptions): Promise<InterruptFigures> {
  const { server, publicId, secretKey, kills, concurrency, onProgress = () => {} } = options
  const widget = createSimulatedWidget(server.url, publicId)
  const ledger: Acknowledged[] = []
  let seed = 1_000_000
  let interrupted = 0
  let isKilled = false

  const enrollUntilKilled = async (): Promise<void> => {
    while (!isKilled) {
      const mine = seed++
      try {
        const answer = await widget.run('enroll', syntheticPerson(mine))
        if (answer.status === 'ok' && answer.disclosed !== null)
          ledger.push({ seed: mine, facialId: answer.disclosed.facial_id })
        else throw new Error(`a new person was not enrolled: ${JSON.stringify(answer)}`)
      } catch (error) {
        if (!isKilled) throw error
        interrupted++
      }
    }
  }

  for (let round = 0; round < kills; round++) {
    isKilled = false
    const workers = Array.from({ length: concurrency }, enrollUntilKilled)
    await Promise.race([killMoment(ledger), Promise.all(workers)])
    isKilled = true
    await server.kill()
    await Promise.all(workers)
    await server.restart()
    onProgress(round + 1)
  }

  const lost = await countLost(server.url, secretKey, ledger)
  const recognised = await countRecognised(widget, secretKey, ledger)
  return { kills, interrupted, acknowledged: ledger.length, lost, recognised }
}

/** Some time after the next acknowledgement: a kill before any was given would prove nothing. */
async function killMoment(ledger: readonly Acknowledged[]): Promise<void> {
  const before = ledger.length
  while (ledger.length === before) await sleep(5)
  await sleep(randomInt(0, 400))
}

async function countLost(url: string, secretKey: string, ledger: readonly Acknowledged[]): Promise<number> {
  let lost = 0
  for (const { facialId } of ledger) {
    const response = await fetch(new URL(`/v1/subjects/${facialId}`, url), {
      headers: { authorization: `Bearer ${secretKey}` },
    })
    if (response.status === 404) lost++
    else if (!response.ok) throw new Error(`the server answered ${response.status}`)
  }
  return lost
}

/**
 * A row without its template would be as good as lost. Compared 1:1, because a face alone stops identifying in a gallery as
 * large as this one becomes.
 */
async function countRecognised(
  widget: SimulatedWidget,
  secretKey: string,
  ledger: readonly Acknowledged[],
): Promise<number> {
  let recognised = 0
  for (const { seed, facialId } of ledger) {
    const answer = await widget.verify(facialId, secretKey, syntheticPerson(seed))
    if (answer.status === 'ok' && answer.disclosed?.facial_id === facialId) recognised++
  }
  return recognised
}
