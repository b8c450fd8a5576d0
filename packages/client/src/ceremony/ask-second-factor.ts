import type { PasskeyAnswer } from '@mien/shared/api/passkeys'
import type { StepUpRequest } from '@mien/shared/api/step-ups'
import type { StepUpMethod } from '@mien/shared/api/submissions'
import { MienError } from '@mien/shared/errors'
import { askBrowser } from './ask-browser.ts'
import { askPin } from './ask-pin.ts'
import type { BrowserPasskeys } from './browser-passkeys.ts'
import type { Course } from './course.ts'
import { type AskedPasskey, passkeyOptions } from './passkey-options.ts'
import type { Stage } from './stage.ts'
import type { PasskeyState } from './state.ts'

export interface SecondFactorQuestion {
  readonly submissionId: string
  readonly methods: readonly StepUpMethod[]
  readonly triesLeft: number
  /** What was given last, and was wrong. */
  readonly wrong: StepUpMethod | undefined
}

type Given = Omit<StepUpRequest, 'submission_id'>

/** Both are there before the person presses anything. */
interface Ready {
  readonly browser: BrowserPasskeys
  readonly asked: AskedPasskey<'authenticate'>
}

/** A passkey or a PIN, whichever of those that are possible the person likes better; where there is a PIN, no passkey is missed. */
export async function askSecondFactor(course: Course, question: SecondFactorQuestion): Promise<Given> {
  const { stage } = course
  const { triesLeft, wrong } = question
  let methods = question.methods
  let method: StepUpMethod = wrong ?? (methods.includes('passkey') ? 'passkey' : 'pin')
  let problem = wrong && ('wrong' as const)
  let ready: Ready | undefined
  for (;;) {
    if (method === 'pin') {
      const pin = await askPin(stage, triesLeft, problem, methods.includes('passkey'))
      if (pin !== undefined) return { pin }
      method = 'passkey'
    } else {
      const hasPin = methods.includes('pin')
      try {
        ready ??= await readyPasskey(course, question.submissionId)
        const passkey = await askPasskey(stage, ready, { triesLeft, problem, hasPin })
        if (passkey !== undefined) return { passkey }
      } catch (error) {
        stage.signal.throwIfAborted()
        if (!hasPin || isOver(error)) throw error
        methods = ['pin']
      }
      method = 'pin'
    }
    problem = undefined
  }
}

async function readyPasskey(course: Course, submissionId: string): Promise<Ready> {
  course.stage.show({ name: 'deciding' })
  const [browser, asked] = await Promise.all([
    course.ports.openPasskeys(),
    passkeyOptions(course, { purpose: 'authenticate', submission_id: submissionId }),
  ])
  return { browser, asked }
}

/** No PIN helps either. */
const isOver = (error: unknown): boolean => error instanceof MienError && error.code === 'SESSION_EXPIRED'

interface PasskeyQuestion {
  readonly triesLeft: number
  readonly problem: 'wrong' | undefined
  readonly hasPin: boolean
}

/** @returns undefined: rather the PIN */
const askPasskey = (
  stage: Stage,
  { browser, asked }: Ready,
  { triesLeft, problem, hasPin }: PasskeyQuestion,
): Promise<PasskeyAnswer | undefined> =>
  askBrowser(stage, {
    draw: ({ isOpen, isNotDone, press, leave }): PasskeyState => {
      const shown = isNotDone ? 'not-done' : problem
      return {
        name: 'passkey',
        triesLeft,
        isOpen,
        ...(shown === undefined || isOpen ? {} : { problem: shown }),
        proceed: press,
        ...(hasPin ? { ratherPin: leave } : {}),
      }
    },
    open: () => browser.use(asked.challenge_id, asked.options),
    cancel: () => browser.cancel(),
    // As long as what has to be signed is good for, and the submission waits.
    limit: { ms: asked.options.timeout, code: 'SESSION_EXPIRED' },
  })
