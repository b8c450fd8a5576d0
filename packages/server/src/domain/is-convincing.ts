import type { SubmissionRequest } from '@mien/shared/api/submissions'
import { answersScript, fitsIntoTime } from '@mien/shared/policy/active-script'
import type { Capture } from './capture.ts'
import type { ConsumedChallenge } from './consume-challenge.ts'
import type { Application } from './model.ts'

/** Whether a submission looks like what an honest client sends: all of it is the client's own word, which can only hurt it. */
export const isConvincing = (
  challenge: ConsumedChallenge,
  request: SubmissionRequest,
  capture: Capture,
  application: Application,
  now: Date,
): boolean =>
  passesPad(capture, application) && passesScript(challenge, request, now) && tookItsTime(challenge, request, now)

/** The client's own claim can only hurt it: an honest page that saw no live face is asked to try again. */
const passesPad = (capture: Capture, { settings }: Application): boolean =>
  settings.pad_threshold === null || capture.live === null || capture.live >= settings.pad_threshold

/** So can what it says of the script. */
function passesScript(
  { script, issuedAt }: ConsumedChallenge,
  { script_response: response, frames }: SubmissionRequest,
  now: Date,
): boolean {
  if (script === null) return true
  const lastAtMs = frames.at(-1)!.at_ms
  return (
    answersScript(script, response, lastAtMs) && fitsIntoTime(response, lastAtMs, now.getTime() - issuedAt.getTime())
  )
}

/** No picture of a script was taken before the challenge was there, or will be. */
function tookItsTime({ issuedAt }: ConsumedChallenge, { crops = [] }: SubmissionRequest, now: Date): boolean {
  const last = crops.at(-1)
  return last === undefined || fitsIntoTime(undefined, last.at_ms, now.getTime() - issuedAt.getTime())
}
