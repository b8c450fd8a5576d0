import { type CaptureSeats, createCaptureSeats } from './capture-seats.ts'
import { createSubmissions, type Submissions, type SubmissionsOptions, type SubmitInput } from './submissions.ts'

/** Submissions, where whoever sends pictures has a seat before anything of theirs is spent or decoded. */
export function createSeatedSubmissions(options: SubmissionsOptions): Submissions {
  const submissions = createSubmissions(options)
  const seats = createCaptureSeats()
  return {
    submit: (input) => seated(seats, input, () => submissions.submit(input)),
    reveal: (input) => seated(seats, input, () => submissions.reveal(input)),
  }
}

const seated = <T>(seats: CaptureSeats, { application, client, crops }: SubmitInput, work: () => Promise<T>) =>
  crops.length === 0 ? work() : seats.hold({ applicationId: application.id, clientAddress: client.address }, work)
