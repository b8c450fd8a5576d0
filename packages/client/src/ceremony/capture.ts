import type { CameraFacts, ScriptResponse } from '@mien/shared/api/submissions'
import { MienError } from '@mien/shared/errors'
import type { FaceAnalysis, FaceInspection } from '@mien/shared/vision/types'
import { cameraFacts, countFrame, noFrames } from '../camera/camera-facts.ts'
import type { FrameReport, Picture } from '../worker/protocol.ts'
import { createAnswering } from './answer-script.ts'
import type { CaptureOptions, CapturePurpose } from './capture-options.ts'
import type { KeptCandidate } from './capture-window.ts'
import type { Challenge } from './challenges.ts'
import type { Course } from './course.ts'
import { type Found, findFrames } from './find-frames.ts'
import type { Crop } from './run-capture-script.ts'

export interface CapturedFrame<Facts extends FaceInspection = FaceAnalysis> {
  /** On the clock of `CeremonyPorts.now`. */
  readonly atMs: number
  readonly analysis: Facts
}

/** Frames of one person under one challenge. */
export interface Capture<Facts extends FaceInspection = FaceAnalysis> {
  readonly frames: readonly CapturedFrame<Facts>[]
  readonly challenge: Challenge
  /** Undefined: the challenge asks for nothing. */
  readonly script: ScriptResponse | undefined
  /** Undefined: no pictures are asked for. */
  readonly crops: readonly Crop[] | undefined
  /** One of each frame, for the server to look at if it asks; undefined: it will not. */
  readonly committed: readonly Picture[] | undefined
  readonly camera: CameraFacts
}

/** So many windows may fail the presentation-attack check before it is called one. */
const maxSpoofedWindows = 3
/** A worker that dies once is replaced; one that dies again is the caller's to hear of. */
const maxLostWindows = 1

/**
 * Guides the person until a window of good frames is there, after what the challenge asks for, and analyses the best of it.
 *
 * @throws MienError IDLE_TIMEOUT, MANY_FACES, QUALITY_TOO_LOW, SPOOF_SUSPECTED, CAMERA_LOST, what asking for a challenge fails
 *   with, or the signal's reason
 */
export async function captureFrames<Facts extends FaceInspection>(
  options: CaptureOptions,
  purpose: CapturePurpose<Facts>,
): Promise<Capture<Facts>> {
  const { camera } = options
  let count = noFrames
  let size = { width: 0, height: 0 }
  const onReport = (report: FrameReport) => {
    count = countFrame(count, report)
    size = report
  }
  const answerScript = createAnswering(options)
  const find = () => findFrames({ ...options, answerScript, onReport })
  let losses = 0
  for (let spoofed = 0; spoofed < maxSpoofedWindows; ) {
    const window = await captureWindow(options, purpose, find, losses < maxLostWindows)
    if (window === undefined) {
      losses += 1
      continue
    }
    spoofed += 1
    if (isLive(window.frames, purpose.padThreshold))
      return { ...window, camera: cameraFacts(camera.stream, count, size) }
  }
  throw new MienError('SPOOF_SUSPECTED')
}

/**
 * Undefined when the worker died with the frames in it, if that may be. However it ends, no pixels stay in the worker.
 */
async function captureWindow<Facts extends FaceInspection>(
  { course, signal }: CaptureOptions,
  { examine }: CapturePurpose<Facts>,
  find: () => Promise<Found>,
  mayBeLost: boolean,
): Promise<Omit<Capture<Facts>, 'camera'> | undefined> {
  const { vision } = course.ports
  try {
    const { candidates, challenge, script, crops } = await find()
    const committed = await commitPictures(course, challenge, candidates)
    const frames: CapturedFrame<Facts>[] = []
    for (const { frameId, atMs } of candidates) {
      frames.push({ atMs, analysis: await examine(frameId, signal) })
    }
    return { frames, challenge, script, crops, committed }
  } catch (error) {
    signal.throwIfAborted()
    if (mayBeLost && isLoss(error)) return undefined
    throw error
  } finally {
    // Not waited for: the camera goes off at once, also when the worker no longer answers.
    vision.call('discard', []).catch(() => undefined)
  }
}

/**
 * A picture of each frame, made while its pixels are there.
 *
 * @throws MienError BINDING_MISMATCH where the session did not announce pictures
 */
async function commitPictures(
  { ports, session }: Course,
  { wire: { crop_commitment: commitment } }: Challenge,
  candidates: readonly KeptCandidate[],
): Promise<readonly Picture[] | undefined> {
  if (commitment === null) return undefined
  if (!session.settings.spot_checked) throw new MienError('BINDING_MISMATCH')
  const { crop_size: size, max_crop_bytes: maxBytes } = commitment
  const pictures: Picture[] = []
  for (const { frameId, square } of candidates) {
    pictures.push(await ports.vision.call('picture', [frameId, { square, size, maxBytes, keep: true }]))
  }
  return pictures
}

/** It died while it analysed, or before that and without anyone noticing. */
const isLoss = (error: unknown): boolean =>
  error instanceof MienError && (error.code === 'WORKER_CRASHED' || error.code === 'NOT_FOUND')

/** Every frame has to pass: the server looks at the lowest too. A number that is none does not pass. */
const isLive = (frames: readonly CapturedFrame<FaceInspection>[], threshold: number | null): boolean =>
  threshold === null || frames.every(({ analysis }) => analysis.pad.live >= threshold)
