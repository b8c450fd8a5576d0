import type { Services } from '../domain/services.ts'
import { inSpan } from './spans.ts'

/** The same services, whose decisions are spans of their own; the transactions and searches of one are below it. */
export function observeServices(services: Services): Services {
  const { submissions, stepUps, results, recognition, faceEnrolments } = services
  return {
    ...services,
    submissions: {
      ...submissions,
      submit: (input) => decision(input.session.operation, () => submissions.submit(input)),
      reveal: (input) => decision('reveal', () => submissions.reveal(input)),
    },
    stepUps: { ...stepUps, submit: (input) => decision('step_up', () => stepUps.submit(input)) },
    results: { ...results, redeem: (...call) => decision('redeem', () => results.redeem(...call)) },
    recognition: {
      ...recognition,
      search: (...call) => decision('search', () => recognition.search(...call)),
      verify: (...call) => decision('verify', () => recognition.verify(...call)),
    },
    faceEnrolments: {
      ...faceEnrolments,
      enroll: (input) => decision('enroll', () => faceEnrolments.enroll(input)),
      findOrEnroll: (input) => decision('find_or_enroll', () => faceEnrolments.findOrEnroll(input)),
    },
  }
}

const decision = <T>(operation: string, work: () => Promise<T>): Promise<T> =>
  inSpan('decision', { attributes: { 'mien.operation': operation } }, work)
