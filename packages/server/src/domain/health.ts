import { toMienError } from '@mien/shared/errors'
import { firstVersion } from './application-keys.ts'
import type { ImageAnalyser, NetworkRole } from './image-analyser.ts'
import { networkRoles } from './image-analyser.ts'
import type { TemplateModel } from './model.ts'
import type { Clock, Database } from './ports.ts'

/** What works, part by part. */
export interface Health {
  /** Whether the database answers a search for faces. */
  readonly index: boolean
  readonly networks: Readonly<Record<NetworkRole, boolean>>
}

export interface HealthChecks {
  /** Asks each part to do its work. An answer holds for two seconds, so that asking often costs little. */
  check(): Promise<Health>
}

export interface HealthOptions {
  readonly database: Database
  readonly analyser: ImageAnalyser
  readonly model: TemplateModel
  readonly clock: Clock
}

const freshMs = 2000

/** Nobody's. */
const noId = '00000000-0000-0000-0000-000000000000'

export function createHealth({ database, analyser, model, clock }: HealthOptions): HealthChecks {
  let last: { readonly health: Promise<Health>; readonly at: number } | undefined

  const searches = async (): Promise<boolean> => {
    const vector = new Float32Array(model.dimension)
    vector[0] = 1
    const space = { applicationId: noId, galleryId: noId, modelId: model.modelId, keyVersion: firstVersion }
    return database.stores.index.nearest({ ...space, vector, limit: 1 }).then(
      () => true,
      () => false,
    )
  }

  const networks = async (): Promise<Health['networks']> => {
    const failing = await analyser.check().then((): readonly string[] => [], failingNetworks)
    return Object.fromEntries(networkRoles.map((role) => [role, !failing.includes(role)])) as Health['networks']
  }

  const ask = async (): Promise<Health> => ({ index: await searches(), networks: await networks() })

  return {
    check() {
      const now = clock.now().getTime()
      if (last === undefined || now - last.at >= freshMs) last = { health: ask(), at: now }
      return last.health
    },
  }
}

/** Where an error names none, all of them: they share a thread. Too much to do is a sign of life. */
function failingNetworks(thrown: unknown): readonly string[] {
  const { code, details } = toMienError(thrown)
  if (code === 'OVERLOADED') return []
  return Array.isArray(details?.networks) ? details.networks : networkRoles
}
