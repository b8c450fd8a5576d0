import type { ChallengeResponse } from '@mien/shared/api/challenges'
import { abilityRequest } from './capture-ability.ts'
import type { Course } from './course.ts'

export interface Challenge {
  readonly wire: ChallengeResponse
  /** On the page's own clock, which need not agree with the server's. */
  readonly arrivedAtMs: number
  readonly endsAtMs: number
}

/** The challenge of one capture. */
export interface Challenges {
  /**
   * The challenge, once it is there. Asks for one when there is none yet, and for another when what is left of it is too short
   * for a capture.
   *
   * @throws what asking failed with
   */
  current(): Challenge | undefined
  /** Another one from now on, for what the person takes part in by now. */
  renew(): void
}

/** A challenge that has less to live is replaced before a capture begins; a short-lived one when a quarter is over. */
const leastMs = 45_000
const leastShare = 0.75

interface Asked {
  challenge?: Challenge
  failure?: { readonly error: unknown }
}

export function createChallenges({ ports, api, session, device, ability }: Course): Challenges {
  let asked: Asked | undefined

  async function askWithKey(): Promise<ChallengeResponse> {
    const key = await device.key()
    return api.askChallenge(session.client_token, {
      ...(key === undefined ? {} : { device_key_id: key.keyId }),
      ...(session.settings.server_verified ? abilityRequest(ability) : {}),
    })
  }

  function ask(): Asked {
    const asking: Asked = {}
    const askedAtMs = ports.now()
    askWithKey().then(
      (wire) => {
        asking.challenge = { wire, arrivedAtMs: ports.now(), endsAtMs: askedAtMs + wire.expires_in * 1000 }
      },
      (error: unknown) => {
        asking.failure = { error }
      },
    )
    return asking
  }

  /** One that ends with its session is followed by none that lives longer. */
  const isStale = ({ wire, endsAtMs }: Challenge): boolean =>
    wire.expires_at !== session.expires_at &&
    endsAtMs - ports.now() < Math.min(leastMs, leastShare * wire.expires_in * 1000)

  return {
    current() {
      if (asked?.failure !== undefined) throw asked.failure.error
      if (asked === undefined || (asked.challenge !== undefined && isStale(asked.challenge))) asked = ask()
      return asked.challenge
    },
    renew() {
      asked = undefined
    },
  }
}
