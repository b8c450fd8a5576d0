import type { ActiveState, CapturingState, Guidance, PositioningState, VerifyingState } from '../ceremony/state.ts'
import type { LateIconName } from './late-icons.ts'

/** A picture beside the instruction, at that side of the preview where it points to. */
export interface Cue {
  readonly icon: LateIconName
  readonly side: 'left' | 'right' | 'top' | 'bottom'
}

type CameraState = PositioningState | ActiveState | VerifyingState | CapturingState

/** Sides as in a mirror, like the words. */
const cueOfGuidance = {
  'no-face': undefined,
  'many-faces': { icon: 'person', side: 'bottom' },
  closer: { icon: 'closer', side: 'bottom' },
  back: { icon: 'back', side: 'bottom' },
  left: { icon: 'arrow', side: 'left' },
  right: { icon: 'arrow', side: 'right' },
  up: { icon: 'arrow', side: 'top' },
  down: { icon: 'arrow', side: 'bottom' },
  'more-light': { icon: 'light', side: 'bottom' },
  'less-light': { icon: 'shade', side: 'bottom' },
  backlight: { icon: 'light', side: 'bottom' },
  'look-straight': { icon: 'face', side: 'bottom' },
  'uncover-mouth': { icon: 'mask', side: 'bottom' },
  'uncover-eyes': { icon: 'glasses', side: 'bottom' },
  'open-eyes': { icon: 'eye', side: 'bottom' },
  'hold-still': undefined,
} as const satisfies Record<Guidance, Cue | undefined>

const cueOfAction = {
  turn_left: { icon: 'arrow', side: 'left' },
  turn_right: { icon: 'arrow', side: 'right' },
  blink: { icon: 'eye-closed', side: 'bottom' },
  come_closer: { icon: 'closer', side: 'bottom' },
  hold: undefined,
} as const satisfies Record<ActiveState['action'], Cue | undefined>

const cueOfAsked = {
  flash: undefined,
  centre: cueOfGuidance['look-straight'],
  left: cueOfAction.turn_left,
  right: cueOfAction.turn_right,
  up: cueOfGuidance.up,
  down: cueOfGuidance.down,
  closer: cueOfAction.come_closer,
} as const satisfies Record<VerifyingState['ask'], Cue | undefined>

/** Undefined where the oval says enough. */
export function cueOf(state: CameraState): Cue | undefined {
  const cue = mirroredCue(state)
  return cue && !state.mirrored ? { ...cue, side: seenByAnother[cue.side] } : cue
}

function mirroredCue(state: CameraState): Cue | undefined {
  if (state.guidance !== undefined) return cueOfGuidance[state.guidance]
  if (state.name === 'active') return cueOfAction[state.action]
  return state.name === 'verifying' ? cueOfAsked[state.ask] : undefined
}

/** A camera that looks away from whoever holds it shows the person's left on the right. */
const seenByAnother = { left: 'right', right: 'left', top: 'top', bottom: 'bottom' } as const
