import type { CaptureScript, CaptureStep, ChallengeRequest } from '@mien/shared/api/challenges'
import type { SessionSettings } from '@mien/shared/api/sessions'
import type { CeremonyOptions, PictureTerms } from './state.ts'

/** What a person takes part in when the server looks itself. Chosen once, it stays for the ceremony. */
export interface CaptureAbility {
  flashes(): boolean
  motion(): boolean
  goWithout(what: 'flashes' | 'motion'): void
  /** What the person is told of it beforehand, and may choose. */
  readonly terms: PictureTerms
}

/**
 * Turning the head is the person's own motion, at their own pace: only the page's `still` takes it away. Colours that change are the
 * screen's, so whoever asks the system for less of that is asked to move alone, as long as they can; they may choose otherwise. Where
 * page or application rule colours out, there is nothing to choose.
 */
export function createCaptureAbility(
  { motion: wantedMotion, flashes: wantedFlashes }: Pick<CeremonyOptions, 'motion' | 'flashes'>,
  settings: Pick<SessionSettings, 'flashes'>,
  prefersReducedMotion: boolean,
): CaptureAbility {
  const mayFlash = settings.flashes && wantedFlashes !== 'off'
  const can = {
    motion: wantedMotion !== 'still',
    flashes: mayFlash && !(prefersReducedMotion && wantedMotion !== 'still'),
  }
  return {
    flashes: () => can.flashes,
    motion: () => can.motion,
    goWithout: (what) => {
      can[what] = false
    },
    terms: {
      colours: !mayFlash ? 'never' : can.flashes ? 'wanted' : 'unwanted',
      chooseColours: (isWanted) => {
        can.flashes = isWanted && mayFlash
      },
    },
  }
}

/** Only what the person does not take part in is said. */
export const abilityRequest = (ability: CaptureAbility): Pick<ChallengeRequest, 'flashes' | 'motion'> => ({
  ...(ability.flashes() ? {} : { flashes: false }),
  ...(ability.motion() ? {} : { motion: false }),
})

export const isFlash = (step: CaptureStep): boolean => step.kind === 'flash'
export const isMotion = (step: CaptureStep): boolean => step.kind === 'pose' && step.pose !== 'centre'

/** Whether a script has a step that the person does not take part in. */
export const asksTooMuch = ({ steps }: CaptureScript, ability: CaptureAbility): boolean =>
  steps.some((step) => (isFlash(step) && !ability.flashes()) || (isMotion(step) && !ability.motion()))
