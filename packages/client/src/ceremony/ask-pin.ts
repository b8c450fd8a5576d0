import type { SessionSettings } from '@mien/shared/api/sessions'
import { MienError } from '@mien/shared/errors'
import { checkPin } from '@mien/shared/policy/pin'
import type { AnswerLimit, Stage } from './stage.ts'
import type { NewPinState, PinState } from './state.ts'

/** Shorter than a session, so that the server is still there when the person answers. */
const answerLimit: AnswerLimit = { ms: 10 * 60_000, code: 'SESSION_EXPIRED' }

/** Undefined when the application has no PINs or the person skipped. Asks until the PIN is acceptable. */
export async function askNewPin(
  stage: Stage,
  { enroll, reject_weak: rejectWeak }: SessionSettings['pin'],
  firstProblem?: NewPinState['problem'],
): Promise<string | undefined> {
  if (enroll === 'off') return undefined
  let problem = firstProblem
  for (;;) {
    const pin = await stage.ask<string | undefined>((answer) => newPinState(enroll, problem, answer), answerLimit)
    if (pin === undefined) return undefined
    problem = problemOf(pin, rejectWeak)
    if (problem === undefined) return pin
  }
}

function newPinState(
  enroll: 'optional' | 'required',
  problem: NewPinState['problem'],
  answer: (pin: string | undefined) => void,
): NewPinState {
  return {
    name: 'new-pin',
    required: enroll === 'required',
    ...(problem === undefined ? {} : { problem }),
    submit: (pin) => answer(pin),
    ...(enroll === 'required' ? {} : { skip: () => answer(undefined) }),
  }
}

/** Asks for the PIN of a person who was recognised. @returns undefined: rather the passkey */
export async function askPin(
  stage: Stage,
  triesLeft: number,
  firstProblem: PinState['problem'],
  mayUsePasskey: boolean,
): Promise<string | undefined> {
  let problem = firstProblem
  for (;;) {
    const pin = await stage.ask<string | undefined>(
      (answer) => ({
        name: 'pin',
        triesLeft,
        ...(problem === undefined ? {} : { problem }),
        submit: (typed) => answer(typed),
        ...(mayUsePasskey ? { ratherPasskey: () => answer(undefined) } : {}),
      }),
      answerLimit,
    )
    // What cannot be a PIN costs no try.
    if (pin === undefined || problemOf(pin, false) === undefined) return pin
    problem = 'format'
  }
}

function problemOf(pin: string, rejectWeak: boolean): 'format' | 'weak' | undefined {
  try {
    checkPin(pin, rejectWeak)
    return undefined
  } catch (error) {
    return error instanceof MienError && error.code === 'PIN_WEAK' ? 'weak' : 'format'
  }
}
