import type { ChallengeResponse } from '@mien/shared/api/challenges'
import type { SubmissionRequest } from '@mien/shared/api/submissions'
import type { OfflinePolicy } from '@mien/shared/api/sync'
import { encodeBase64Url } from '@mien/shared/bytes'
import { answersScript, drawScript } from '@mien/shared/policy/active-script'

/** Seconds, as the server's. */
const challengeSeconds = 120

export const randomText = (): string => encodeBase64Url(crypto.getRandomValues(new Uint8Array(32)))

export const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString()

const range = 2 ** 32

/** Each as likely as the others: numbers of the part that does not divide evenly are drawn again. @param end 1..2^32 */
export function drawBelow(end: number): number {
  for (;;) {
    const [drawn = 0] = crypto.getRandomValues(new Uint32Array(1))
    if (drawn < range - (range % end)) return drawn % end
  }
}

/** Challenges that the device draws itself, with the script that the application asks for; and whether one was answered. */
export function createLocalChallenges(modelId: string, policy: OfflinePolicy) {
  const asked = new Map<string, ChallengeResponse['script']>()
  return {
    ask(): ChallengeResponse {
      const challenge_id = crypto.randomUUID()
      const script = drawScript(policy, drawBelow)
      asked.set(challenge_id, script)
      return {
        challenge_id,
        nonce: randomText(),
        expires_at: inSeconds(challengeSeconds),
        expires_in: challengeSeconds,
        server_time: inSeconds(0),
        level: 'A0',
        model_id: modelId,
        script,
        capture_script: null,
        crop_commitment: null,
      }
    },
    /** By the rules that the server has for it (PO14, PO15), of the challenge that the submission names. */
    isAnswered({ challenge_id, script_response: response, frames }: SubmissionRequest): boolean {
      const script = asked.get(challenge_id)
      if (script === undefined) return false
      return script === null || answersScript(script, response, frames.at(-1)!.at_ms)
    },
  }
}
