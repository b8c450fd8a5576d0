import type { Operation } from '@mien/shared/api/fields'
import type { PasskeyRegistration } from '@mien/shared/api/passkeys'
import * as z from 'zod/mini'
import { askBrowser } from './ask-browser.ts'
import type { BrowserPasskeys } from './browser-passkeys.ts'
import type { Course } from './course.ts'
import { type AskedPasskey, passkeyOptions } from './passkey-options.ts'
import type { NewPasskeyState } from './state.ts'

/** A minute shorter than the result waits. */
const patienceMs = 4 * 60_000

/** The answer has no body. `z.undefined` would come along in the first script, for this alone. */
const nothing = z.optional(z.string())

type Problem = NewPasskeyState['problem']

/**
 * Somebody who was just enrolled, or let in with a PIN and without a passkey, may add one. Whatever becomes of it, they are enrolled or
 * let in. Who signs in is not asked again on a device where somebody said no.
 */
export async function offerPasskey(course: Course<Operation>): Promise<void> {
  const { operation, session, options, ports, stage } = course
  if (!session.settings.passkeys || options.passkeys === 'off' || !ports.hasPasskeys()) return
  try {
    const browser = await ports.openPasskeys()
    const isWelcome = operation === 'enroll' || (!browser.wasDeclined() && (await browser.isDeviceAble()))
    if (isWelcome) await addPasskey(course, browser)
  } catch {
    // Five of them already, one on this authenticator, no network: nothing that the person could do about it.
    stage.signal.throwIfAborted()
  }
}

async function addPasskey(course: Course, browser: BrowserPasskeys): Promise<void> {
  const until = course.ports.now() + patienceMs
  let problem: Problem
  for (;;) {
    // What was sent is spent.
    const asked = await passkeyOptions(course, { purpose: 'register' })
    const made = await askNewPasskey(course, browser, asked, { problem, ms: until - course.ports.now() })
    if (made === undefined || (await add(course, made))) return
    problem = 'not-taken'
  }
}

/** @returns undefined: rather not, or nobody answered */
const askNewPasskey = (
  { stage }: Course,
  browser: BrowserPasskeys,
  asked: AskedPasskey<'register'>,
  { problem, ms }: { readonly problem: Problem; readonly ms: number },
): Promise<PasskeyRegistration | undefined> =>
  askBrowser(stage, {
    draw: ({ isOpen, isNotDone, press, leave }): NewPasskeyState => {
      const shown = isNotDone ? 'not-done' : problem
      return {
        name: 'new-passkey',
        isOpen,
        ...(shown === undefined || isOpen ? {} : { problem: shown }),
        add: press,
        skip() {
          browser.decline()
          leave()
        },
      }
    },
    open: () => browser.create(asked.challenge_id, asked.options),
    cancel: () => browser.cancel(),
    limit: { ms, answer: undefined },
  })

async function add({ api, session, stage }: Course, made: PasskeyRegistration): Promise<boolean> {
  stage.show({ name: 'deciding' })
  try {
    await api.call(session.client_token, 'v1/passkeys', made, nothing)
    return true
  } catch {
    stage.signal.throwIfAborted()
    return false
  }
}
