import * as z from 'zod/mini'
import { activeAction, assuranceLevel, deviceKeyId, modelId, timestamp, token256, uuid } from './fields.ts'

/** `POST /v1/challenges`, `Authorization: Session <client_token>`. Asked for after consent and warm-up; may be asked for again. */
export const challengeRequest = z.strictObject({
  /** The key that this device has for the application. */
  device_key_id: z.optional(deviceKeyId),
  /** What this person can take part in; what is left out, they can. */
  flashes: z.optional(z.boolean()),
  motion: z.optional(z.boolean()),
})
export type ChallengeRequest = z.infer<typeof challengeRequest>

/**
 * What the person is asked to do before the capture, drawn by the server. Whoever cannot move, or would rather not, holds still for
 * `still_ms` instead; which of the two was done is reported.
 */
export const activeScript = z.strictObject({
  actions: z.array(activeAction).check(z.minLength(1), z.maxLength(4)),
  still_ms: z.int().check(z.minimum(500), z.maximum(10_000)),
})
export type ActiveScript = z.infer<typeof activeScript>

/** Where a head turns, or whether it comes closer: left and right are the person's own. */
export const capturePoses = ['centre', 'left', 'right', 'up', 'down', 'closer'] as const
export const capturePose = z.enum(capturePoses)
export type CapturePose = z.infer<typeof capturePose>

/**
 * One step of a capture that the server verifies; each ends in one picture. `flash`: the screen shows the colour for so long, and the
 * picture is taken at the end. `pose`: the person turns, and the picture is taken when they did.
 */
export const captureStep = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('flash'),
    colour: z.string().check(z.regex(/^#[0-9a-f]{6}$/)),
    ms: z.int().check(z.minimum(340), z.maximum(1000)),
  }),
  z.strictObject({ kind: z.literal('pose'), pose: capturePose }),
])
export type CaptureStep = z.infer<typeof captureStep>

/**
 * What happens in front of the camera when the server looks itself (level A2 and above). Numbers: `policy/capture-script.ts`.
 *
 * 1. The screen shows `neutralColour`, as large and as bright as it goes; the first step is the pose `centre`. When the face is straight,
 *    alone and still, the square is chosen: `squareMargin` times the height of the face's box, around its centre, moved and shrunk into
 *    the frame. The same pixels of the camera's frame for every picture from here on, however the face moves.
 * 2. Steps run in their order, each ends in one picture: the square scaled to `crop_size`, a JPEG, of the best quality that fits into
 *    `max_crop_bytes`. `at_ms` is when that frame was taken.
 * 3. `pose`: asked for in words under the neutral colour; the picture is taken as soon as two frames in a row show the pose, measured
 *    against the first picture (`asked` in `posePolicy`). `centre` means back to where the first picture was.
 * 4. `flash`: begins when the face is back at `centre`. The screen turns to the colour at once and over its whole area, stays so for
 *    `ms`, and the picture is the last frame before the next step begins, so that camera and exposure had the time. A flash that
 *    follows a flash begins as it ends: then `at_ms` is `ms` after the one before, within `timingToleranceMs`.
 * 5. After the last step the screen is neutral again. Where a frame has no face or two, or the tab was hidden, the capture is over
 *    and starts again with a new challenge.
 *
 * Templates and frames of the submission come from the same capture, from frames under the neutral colour: the server compares what
 * it computes from the pictures with them, and then goes by its own alone.
 */
export const captureScript = z.strictObject({
  steps: z.array(captureStep).check(z.minLength(3), z.maxLength(12)),
  /** Pixels of the sides of the square that each picture is scaled to. One square of the camera's frame, the same for all of them. */
  crop_size: z.int().check(z.minimum(160), z.maximum(512)),
  /** Of each JPEG. */
  max_crop_bytes: z.int(),
})
export type CaptureScript = z.infer<typeof captureScript>

/**
 * A spot check (level A1) that may come: from each frame that is sent as a template the client makes one picture, the square of
 * `capture_script` around that frame's own face, and puts the hash of its JPEG into `crops` of the submission, with the frame's `at_ms`.
 * The pictures stay on the device unless the answer asks for them (`reveal` in `api/submissions.ts`).
 */
export const cropCommitment = z.strictObject({
  /** Pixels of the sides of the square that each picture is scaled to. */
  crop_size: z.int().check(z.minimum(160), z.maximum(512)),
  /** Of each JPEG. */
  max_crop_bytes: z.int(),
})
export type CropCommitment = z.infer<typeof cropCommitment>

export const challengeResponse = z.strictObject({
  challenge_id: uuid,
  nonce: token256,
  expires_at: timestamp,
  /** Seconds. */
  expires_in: z.int(),
  server_time: timestamp,
  level: assuranceLevel,
  model_id: modelId,
  /** Null: nothing is asked. */
  script: z.nullable(activeScript),
  /** Null below A2: no picture leaves the device. Then `script` asks for something or nothing; beside this one it is null. */
  capture_script: z.nullable(captureScript),
  /** Null: nobody will ask for pictures of this capture. */
  crop_commitment: z.nullable(cropCommitment),
})
export type ChallengeResponse = z.infer<typeof challengeResponse>
