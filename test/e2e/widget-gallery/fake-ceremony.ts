import { MienError } from '@mien/shared/errors'
import type { Ceremony, CeremonyResult, CeremonyState } from '../../../packages/client/src/ceremony/state.ts'

export interface FakeCeremony extends Ceremony {
  /** Goes to a state, as the camera, the worker or the server would make it. */
  show(state: CeremonyState): void
}

/** A ceremony without camera, worker and server: it is in the state that the test says. */
export function createFakeCeremony(operation: Ceremony['operation'], first: CeremonyState): FakeCeremony {
  const listeners = new Set<(state: CeremonyState) => void>()
  let state = first
  const show = (next: CeremonyState): void => {
    state = next
    for (const listener of [...listeners]) listener(next)
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
    result: new Promise<CeremonyResult>(() => undefined),
    cancel: () => show({ name: 'failed', failure: new MienError('ABORTED') }),
    show,
  }
}
