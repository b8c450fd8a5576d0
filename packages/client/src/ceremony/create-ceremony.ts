import type { SessionOperation } from '@mien/shared/api/fields'
import { MienError, toMienError } from '@mien/shared/errors'
import { Refusal } from './refusal.ts'
import { createStage, type Stage } from './stage.ts'
import type { Ceremony, CeremonyFailure, CeremonyOutcome, CeremonyState } from './state.ts'

export interface CeremonyDescription<Result extends CeremonyOutcome> {
  readonly operation: SessionOperation
  readonly signal?: AbortSignal | undefined
  /** The ceremony's course. Whatever it opens, it closes when it ends or `stage.signal` aborts. */
  run(stage: Stage): Promise<Result>
}

/** Turns a course of events into a value with a state: exactly one end, nothing after it. */
export function createCeremony<Result extends CeremonyOutcome>({
  operation,
  signal,
  run,
}: CeremonyDescription<Result>): Ceremony<Result> {
  const over = new AbortController()
  const listeners = new Set<(state: CeremonyState) => void>()
  let state: CeremonyState = { name: 'preparing', progress: { step: 'session' } }
  const show = (next: CeremonyState) => {
    state = next
    for (const listener of [...listeners]) tell(listener, next)
  }
  const cancel = (reason?: string) => fail(new MienError('ABORTED', reason === undefined ? {} : { message: reason }))
  const cancelBySignal = () => cancel()
  const { promise, resolve, reject } = deferred<Result>()

  function end(reason: MienError, last: CeremonyState): boolean {
    if (over.signal.aborted) return false
    signal?.removeEventListener('abort', cancelBySignal)
    // First, so that the camera is off before anyone is told.
    over.abort(reason)
    show(last)
    listeners.clear()
    return true
  }

  function fail(failure: CeremonyFailure): void {
    const reason = failure instanceof MienError ? failure : new MienError('ABORTED', { cause: failure })
    if (end(reason, { name: 'failed', failure })) reject(failure)
  }

  function succeed(result: Result): void {
    if (end(new MienError('ABORTED', { message: 'The ceremony is over' }), { name: 'done', result })) resolve(result)
  }

  if (signal?.aborted) cancel()
  else {
    signal?.addEventListener('abort', cancelBySignal, { once: true })
    // After the caller had the time to subscribe.
    queueMicrotask(() => {
      if (over.signal.aborted) return
      run(createStage(over.signal, show)).then(succeed, (error: unknown) => fail(toFailure(error)))
    })
  }
  return {
    operation,
    get state() {
      return state
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    result: promise,
    cancel,
  }
}

/** A listener's own mistake is the page's to hear of: it stops neither the ceremony nor the other listeners. */
function tell(listener: (state: CeremonyState) => void, state: CeremonyState): void {
  try {
    listener(state)
  } catch (error) {
    reportError(error)
  }
}

const toFailure = (error: unknown): CeremonyFailure => (error instanceof Refusal ? error : toMienError(error))

function deferred<T>() {
  let resolve: (value: T) => void = () => undefined
  let reject: (reason: unknown) => void = () => undefined
  const promise = new Promise<T>((accept, refuse) => {
    resolve = accept
    reject = refuse
  })
  // Whoever renders states need not listen to the promise too.
  promise.catch(() => undefined)
  return { promise, resolve, reject }
}
