import type { Metrics } from './metrics.ts'

const nothing = () => {}

/** What nobody counts. */
export const unwatched: Omit<Metrics, 'registry'> = {
  requested: nothing,
  failed: nothing,
  searched: nothing,
  attemptedWebhook: nothing,
  refusedByLimit: nothing,
  gauge: nothing,
  decided: nothing,
  locked: nothing,
  began: () => nothing,
  waits: () => nothing,
  ended: nothing,
}
