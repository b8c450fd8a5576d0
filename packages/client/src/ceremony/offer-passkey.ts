import type { Operation } from '@mien/shared/api/fields'
import type { PasskeyRegistration } from '@mien/shared/api/passkeys'
import * as z from 'zod/mini'
import { askBrowser } from './ask-browser.ts'
import type { BrowserPasskeys } from './browser-passkeys.ts'
import type { Course } from './course.ts'
import { type AskedPasskey, passkeyOptions } from './passkey-options.ts'
import type { NewPasskeyState } from './state.ts'

/** For the person's answer: a minute shorter than the result waits. */
const patienceMs = 4 * 60_000

/** For the server's answer beyond that: half of this minute, so that the result can still be redeemed. */
const replyMs = 30_000

/** The answer has no body. `z.undefined` would come along in the first script, for this alone. */
const nothing = z.optional(z.string())

type Problem = NewPasskeyState['problem']

/**
 * Somebody who was just enrolled, or let in with a PIN and without a passkey, may add one. Whatever becomes of it, they are enrolled or
 * let in. Who signs in is not asked again on a device where somebody said no.
 */
export async function offerPasskey(course: Course<Operation>): Promise<void> {
  const { session, options, ports, stage } = course
  if (!session.settings.passkeys || options.passkeys === 'off' || !ports.hasPasskeys()) return
  const until = ports.now() + patienceMs
  try {
    const browser = await unlessLeft(course, until, () => openWelcome(course))
    if (browser !== undefined) await addPasskey(course, browser, until)
  } catch {
    // One on this authenticator already, a site that is not the page's: nothing that the person could do about it.
    stage.signal.throwIfAborted()
  }
}

/** @returns undefined: a passkey is not for this person, on this device */
async function openWelcome({ operation, ports }: Course<Operation>): Promise<BrowserPasskeys | undefined> {
  const browser = await ports.openPasskeys()
  const isWelcome = operation === 'enroll' || (!browser.wasDeclined() && (await browser.isDeviceAble()))
  return isWelcome ? browser : undefined
}

async function addPasskey(course: Course, browser: BrowserPasskeys, until: number): Promise<void> {
  let problem: Problem
  for (;;) {
    // What was sent is spent.
    const asked = await unlessLeft(course, until, () => passkeyOptions(course, { purpose: 'register' }))
    if (asked === undefined) return
    const made = await askNewPasskey(course, browser, asked, { problem, ms: until - course.ports.now() })
    if (made === undefined || (await unlessLeft(course, until, () => add(course, made))) !== false) return
    problem = 'not-taken'
  }
}

/**
 * Waits for what the person has no part in and may leave.
 *
 * @returns undefined: they did, it took too long, or it came to nothing (five of them already, no network)
 * @throws the signal's reason
 */
const unlessLeft = <T>({ stage, ports }: Course, until: number, work: () => Promise<T>): Promise<T | undefined> =>
  stage.ask<T | undefined>(
    (answer) => {
      const leave = () => answer(undefined)
      work().then(answer, leave)
      return { name: 'deciding', leave }
    },
    { ms: until + replyMs - ports.now(), answer: undefined },
  )

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
        leave,
      }
    },
    open: () => browser.create(asked.challenge_id, asked.options),
    cancel: () => browser.cancel(),
    limit: { ms, answer: undefined },
  })

const add = ({ api, session }: Course, made: PasskeyRegistration): Promise<boolean> =>
  api.call(session.client_token, 'v1/passkeys', made, nothing).then(
    () => true,
    () => false,
  )
