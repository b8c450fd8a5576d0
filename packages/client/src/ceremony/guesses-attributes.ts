import type { Course } from './course.ts'

/** Whether a ceremony guesses age and gender: only an enrolment, and only where the application asks for it. */
export const guessesAttributes = ({ operation, session }: Course): boolean =>
  operation === 'enroll' && session.settings.attributes !== 'off'
