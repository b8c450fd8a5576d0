import type { CeremonyOptions } from './state.ts'

/** Whether the person does what a script asks with motion, or holds still instead. Chosen once, it stays for the ceremony. */
export interface MotionChoice {
  isStill(): boolean
  holdStill(): void
}

export function createMotionChoice(motion: CeremonyOptions['motion'], prefersReducedMotion: boolean): MotionChoice {
  let isStill = motion === 'still' || prefersReducedMotion
  return {
    isStill: () => isStill,
    holdStill: () => {
      isStill = true
    },
  }
}
