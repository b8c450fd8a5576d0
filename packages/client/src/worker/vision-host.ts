import { MienError, toMienError } from '@mien/shared/errors'
import * as Comlink from 'comlink'
import { startPatience } from './patience.ts'
import type { VisionWorkerApi } from './protocol.ts'
import { endCarrying, installTransferHandlers } from './transfer-handlers.ts'

/** What the host needs of a `Worker`. */
export interface WorkerPort extends Comlink.Endpoint {
  terminate(): void
}

type Method = keyof VisionWorkerApi
type Arguments<M extends Method> = Parameters<VisionWorkerApi[M]>
type Answer<M extends Method> = ReturnType<VisionWorkerApi[M]>

/**
 * The page's side of the worker. Starts it at the first call; when it dies, or no longer answers, rejects what is pending and
 * starts one more. Each `load` begins a new count: whoever loads again does not inherit an old crash.
 */
export interface VisionHost {
  /**
   * @param transfer what is moved along with the arguments
   * @throws MienError of the call itself, WORKER_CRASHED, RUNTIME_UNAVAILABLE (the worker's script cannot be loaded)
   */
  call<M extends Method>(method: M, args: Arguments<M>, transfer?: readonly Transferable[]): Answer<M>
  /** Rejects what is pending with ABORTED. A later call starts a worker again. */
  stop(): void
}

/** A worker that dies twice would die a third time. */
const maxRestarts = 1

/**
 * Milliseconds without a word after which a worker is taken for dead. Generous: networks in software WebGPU take seconds, calls
 * wait for each other, and `load` fetches a runtime of several megabytes between two reports of progress. A frame is looked at in
 * well under a second everywhere; its limit is shorter than the patience with a person who does not come.
 */
const silenceMs: Readonly<Record<Method, number>> = {
  load: 240_000,
  observe: 15_000,
  inspect: 60_000,
  analyse: 60_000,
  picture: 60_000,
  discard: 120_000,
  analyseImage: 120_000,
  timeImage: 120_000,
  timeCopy: 120_000,
  release: 120_000,
}

interface Running {
  readonly api: Comlink.Remote<VisionWorkerApi>
  /** What to tell when the worker is gone before it answers. */
  readonly pending: Set<(error: MienError) => void>
  end(error: MienError): void
  /** Ends it with WORKER_CRASHED; the next call starts another one. */
  giveUp(why: string): void
}

export function createVisionHost(start: () => Promise<WorkerPort>): VisionHost {
  let running: Promise<Running> | undefined
  let loadArguments: Arguments<'load'> | undefined
  let crashes = 0

  async function begin(): Promise<Running> {
    if (crashes > maxRestarts) throw new MienError('WORKER_CRASHED')
    const worker = await start().catch((cause) => {
      throw toMienError(cause, 'RUNTIME_UNAVAILABLE')
    })
    const current = watch(worker, () => {
      crashes += 1
      running = undefined
    })
    // A restarted worker knows no models: it is given what the first one was.
    if (crashes > 0 && loadArguments !== undefined) {
      const [options] = loadArguments
      await carry(current, 'load', [options, () => undefined, new AbortController().signal])
    }
    return current
  }

  function ensure(): Promise<Running> {
    const current = running ?? begin()
    running = current
    current.catch(() => {
      if (running === current) running = undefined
    })
    return current
  }

  async function send<M extends Method>(method: M, args: Arguments<M>, transfer: readonly Transferable[]) {
    if (method === 'load') crashes = 0
    const current = await ensure()
    if (method === 'load') loadArguments = args as Arguments<'load'>
    return carry(current, method, args, transfer)
  }

  return {
    call<M extends Method>(method: M, args: Arguments<M>, transfer: readonly Transferable[] = []) {
      // A worker that is not there keeps nothing, and is not started for that.
      if (method === 'discard' && running === undefined) return Promise.resolve() as Answer<M>
      return send(method, args, transfer) as Answer<M>
    },
    stop() {
      const stopped = running
      running = undefined
      crashes = 0
      stopped?.then(
        ({ end }) => end(new MienError('ABORTED')),
        () => undefined,
      )
    },
  }
}

function watch(worker: WorkerPort, onCrash: () => void): Running {
  installTransferHandlers()
  const pending: Running['pending'] = new Set()
  const end = (error: MienError) => {
    worker.removeEventListener('error', crash)
    worker.removeEventListener('messageerror', crash)
    worker.terminate()
    for (const reject of pending) reject(error)
    pending.clear()
  }
  const giveUp = (why: string) => {
    end(new MienError('WORKER_CRASHED', why === '' ? {} : { cause: new Error(why) }))
    onCrash()
  }
  function crash(event: unknown) {
    // Told to the caller as a typed error, so not to the page's console as an uncaught one.
    if (event instanceof Event) event.preventDefault()
    giveUp(typeof event === 'object' && event !== null && 'message' in event ? String(event.message) : '')
  }
  worker.addEventListener('error', crash)
  worker.addEventListener('messageerror', crash)
  return { api: Comlink.wrap<VisionWorkerApi>(worker), pending, end, giveUp }
}

function carry<M extends Method>(
  { api, pending, giveUp }: Running,
  method: M,
  args: Arguments<M>,
  transfer: readonly Transferable[] = [],
): Promise<unknown> {
  const patience = startPatience(silenceMs[method], () => giveUp(`No answer to ${method}`))
  const carried: unknown[] = args.map((argument) => toCarried(argument, patience.renew))
  if (transfer.length > 0) Comlink.transfer(carried[0] as object, [...transfer])
  const invoke = api[method] as unknown as (...args: unknown[]) => Promise<unknown>
  let reject: (error: MienError) => void = () => undefined
  const answer = new Promise((resolve, fail) => {
    reject = fail
    pending.add(reject)
    // The call goes out inside the promise: what cannot be cloned throws here.
    invoke(...carried).then(resolve, fail)
  })
  return answer.finally(() => {
    patience.end()
    pending.delete(reject)
    for (const argument of carried) if (isPort(argument)) endCarrying(argument)
  })
}

/** Own objects for this call alone: one signal may be used by many calls, and each ends for itself. */
function toCarried(argument: unknown, onEvent: () => void): unknown {
  if (argument instanceof AbortSignal) return AbortSignal.any([argument])
  if (typeof argument !== 'function') return argument
  return (event: unknown) => {
    onEvent()
    argument(event)
  }
}

const isPort = (argument: unknown): argument is object =>
  argument instanceof AbortSignal || typeof argument === 'function'
