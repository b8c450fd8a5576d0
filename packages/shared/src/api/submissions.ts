import * as z from 'zod/mini'
import {
  activeAction,
  assuranceLevel,
  devicePublicKey,
  displayName,
  faceDetails,
  jsonValue,
  localeTag,
  modelId,
  operation,
  pageOriginText,
  pinText,
  sha256Hex,
  timestamp,
  token256,
  uuid,
} from './fields.ts'
import { wireFrame } from './frames.ts'

/** What the person agreed to, or what the integrator vouches for. Kept apart from the template and after its deletion. */
export const consentStatement = z.strictObject({
  policy_version: z.string().check(z.minLength(1), z.maxLength(64)),
  text_sha256: sha256Hex,
  /** BCP 47. */
  locale: localeTag,
  given_at: timestamp,
  method: z.enum(['widget', 'integrator']),
})
export type ConsentStatement = z.infer<typeof consentStatement>

/** How the script of the challenge was answered, as measured on the device. Times in milliseconds since the challenge arrived. */
export const scriptResponse = z.discriminatedUnion('variant', [
  z.strictObject({
    variant: z.literal('motion'),
    steps: z
      .array(z.strictObject({ action: activeAction, done_at_ms: z.number().check(z.minimum(0), z.maximum(3_600_000)) }))
      .check(z.minLength(1), z.maxLength(4)),
  }),
  z.strictObject({ variant: z.literal('still'), held_ms: z.number().check(z.minimum(0), z.maximum(3_600_000)) }),
])
export type ScriptResponse = z.infer<typeof scriptResponse>

/** What the page noticed about its camera. Facts, never proof: a forged page says what it likes, and an honest driver may look odd. */
export const cameraFacts = z.strictObject({
  width: z.int().check(z.minimum(1), z.maximum(16_384)),
  height: z.int().check(z.minimum(1), z.maximum(16_384)),
  /** The camera's name is that of a known virtual one. The name itself stays on the device. */
  virtual_suspected: z.boolean(),
  /** Share of neighbouring frames that were the same picture to the last bit, 0..1. A sensor's noise makes it 0. */
  frozen_ratio: z.number().check(z.minimum(0), z.maximum(1)),
})
export type CameraFacts = z.infer<typeof cameraFacts>

/** A picture that was taken for the server to look at: the part `crop<i>` of the form, in the order of the steps. */
export const cropStatement = z.strictObject({
  /** Milliseconds since the challenge arrived, monotone. */
  at_ms: z.number().check(z.minimum(0), z.maximum(3_600_000)),
  /** Of the JPEG's bytes. */
  sha256: sha256Hex,
})
export type CropStatement = z.infer<typeof cropStatement>

/** A key that this device made and would like to sign with for this person from now on. */
export const deviceOffer = z.strictObject({
  public_key: devicePublicKey,
  /** What its owner would call it. */
  label: z.optional(displayName),
})
export type DeviceOffer = z.infer<typeof deviceOffer>

/**
 * `POST /v1/submissions`, `Authorization: Session <client_token>`. `templates[i]` belongs to `frames[i]`:
 * base64url of the binary template format (`template/format.ts`).
 *
 * Signed by a device key, it comes with `Mien-Signature: <protected header>..<signature>`: a JWS with detached content (RFC 7515
 * appendix F) over exactly the bytes of this JSON; `{"alg":"ES256","kid":<device key id>,"typ":"mien-capture+jws"}`. At level A2
 * it is the part `envelope` (application/json) of a form, before the parts `crop0`, `crop1`, … (image/jpeg).
 */
export const submissionRequest = z.strictObject({
  challenge_id: uuid,
  nonce: token256,
  operation,
  origin: pageOriginText,
  level: assuranceLevel,
  model_id: modelId,
  templates: z.array(z.string().check(z.maxLength(24_000))).check(z.minLength(3), z.maxLength(5)),
  frames: z.array(wireFrame).check(z.minLength(3), z.maxLength(5)),
  consent: z.optional(consentStatement),
  payload: z.optional(jsonValue),
  pin: z.optional(pinText),
  script_response: z.optional(scriptResponse),
  camera: z.optional(cameraFacts),
  /** The signature is this key's. Whether it is enrolled is the server's rule: a face alone never enrolls one for somebody who is there. */
  device: z.optional(deviceOffer),
  /** At level A2, one for each step. Where the challenge has a `crop_commitment`, one for each frame. */
  crops: z.optional(z.array(cropStatement).check(z.minLength(3), z.maxLength(12))),
  /** enroll under `age_gate`: whether the person seems old enough. */
  of_age: z.optional(z.boolean()),
  /** enroll under `details`. */
  details: z.optional(faceDetails),
})
export type SubmissionRequest = z.infer<typeof submissionRequest>

/** `not_recognised` covers unknown, below threshold, locked and foreign id alike: the answers are the same bytes. */
export const refusalReasons = [
  'not_recognised',
  'duplicate',
  'mismatch',
  'pin_wrong',
  'pin_not_unique',
  'too_many',
  'expired',
  'origin',
  'country',
  'consent',
  'minor',
  'spoof',
  'quota',
] as const
export const refusalReason = z.enum(refusalReasons)
export type RefusalReason = z.infer<typeof refusalReason>

/** What the page may see when the application discloses to it. */
export const disclosure = z.strictObject({ facial_id: uuid, payload: jsonValue, timestamp })
export type Disclosure = z.infer<typeof disclosure>

export const submissionOk = z.strictObject({
  status: z.literal('ok'),
  /** For the page's backend to redeem, once, within 60 s. */
  result_code: token256,
  expires_at: timestamp,
  disclosed: z.nullable(disclosure),
})
export const submissionRetry = z.strictObject({ status: z.literal('retry') })

export const stepUpMethod = z.enum(['pin', 'passkey'])
export type StepUpMethod = z.infer<typeof stepUpMethod>

export const submissionStepUp = z.strictObject({
  status: z.literal('step_up'),
  submission_id: uuid,
  /** What the person may give beside the face. */
  methods: z.array(stepUpMethod).check(z.minLength(1)),
})
/**
 * A spot check: nothing is decided before the pictures that the submission committed to are there. The same submission, byte for byte,
 * goes to `POST /v1/reveals` as the part `envelope` of a form, before its pictures `crop0`, `crop1`, …; once, within so many seconds.
 */
export const submissionReveal = z.strictObject({ status: z.literal('reveal'), expires_in: z.int() })
export const submissionRefused = z.strictObject({ status: z.literal('refused'), reason: refusalReason })

/** The answer to a submission or a step-up. Never a score, a threshold or another person's id. */
export const submissionResponse = z.discriminatedUnion('status', [
  submissionOk,
  submissionRetry,
  submissionStepUp,
  submissionReveal,
  submissionRefused,
])
export type SubmissionResponse = z.infer<typeof submissionResponse>
