import type { CameraFacts } from '@mien/shared/api/submissions'

/** Names of programs that pretend to be a camera, and of the drivers that they come through. */
const virtualCameras = [
  'altercam',
  'camo',
  'chromacam',
  'deepfacelive',
  'droidcam',
  'dummy video device',
  'e2esoft',
  'epoccam',
  'fake',
  'iriun',
  'ivcam',
  'logi capture',
  'loopback',
  'manycam',
  'mmhmm',
  'ndi',
  'nvidia broadcast',
  'obs',
  'prism lens',
  'screen capture',
  'snap camera',
  'sparkocam',
  'splitcam',
  'unity video capture',
  'v4l2loopback',
  'vcam',
  'virtual',
  'webcamoid',
  'xsplit',
  'youcam',
]
/** As whole words: an OBSBOT is a camera, OBS is none. */
const virtualName = new RegExp(`(?<![a-z0-9])(${virtualCameras.join('|')})(?![a-z])`, 'i')

/** A hint, no proof: a renamed device escapes it, and an honest person may use such a program for a better picture. */
export const isVirtualName = (label: string): boolean => virtualName.test(label)

/** Counts frames as the worker reports them. */
export interface FrameCount {
  readonly frames: number
  readonly repeats: number
}

export const noFrames: FrameCount = { frames: 0, repeats: 0 }

export const countFrame = (
  { frames, repeats }: FrameCount,
  { isRepeat }: { readonly isRepeat: boolean },
): FrameCount => ({
  frames: frames + 1,
  repeats: repeats + (isRepeat ? 1 : 0),
})

/** What is needed of a `MediaStream`. */
export interface VideoStream {
  getVideoTracks(): readonly { readonly label: string }[]
}

/** What a submission says about the camera. The name itself stays here. */
export function cameraFacts(
  stream: VideoStream,
  { frames, repeats }: FrameCount,
  size: { readonly width: number; readonly height: number },
): CameraFacts {
  const isVirtual = stream.getVideoTracks().some(({ label }) => isVirtualName(label))
  return {
    width: size.width,
    height: size.height,
    virtual_suspected: isVirtual,
    // The first frame has none before it.
    frozen_ratio: frames < 2 ? 0 : Math.min(1, repeats / (frames - 1)),
  }
}
