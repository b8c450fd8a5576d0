import { Refusal } from '../ceremony/refusal.ts'
import type { CeremonyFailure, DoneState, FailedState, RetryState } from '../ceremony/state.ts'
import { button, element, setText } from './dom.ts'
import { canRetry, type FailureKind, failureKind } from './failure-kind.ts'
import { failureLook } from './failure-look.ts'
import { createSign, notice, type View, type ViewContext, viewHeading } from './view.ts'

export function retryView({ messages, announcer, dismiss }: ViewContext): View<RetryState> {
  let current: RetryState | undefined
  const sign = createSign()
  const heading = viewHeading()
  const words = element('p', { class: 'text', part: 'text' })
  const again = button(messages.action.again, { part: 'again', kind: 'primary' }, () => current?.again())
  const cancel = button(messages.action.cancel, { part: 'cancel' }, dismiss)
  return {
    element: notice({ sign: sign.element, heading, content: [words], actions: [again, cancel] }),
    focus: heading,
    update(state) {
      current = state
      const { title, advice } = messages.retry[state.reason]
      sign.show(state.reason === 'expired' ? 'clock' : 'light')
      setText(heading, title)
      setText(words, advice)
      announcer.say(advice)
    },
  }
}

export function doneView({ messages, announcer, dismiss }: ViewContext): View<DoneState> {
  const sign = createSign()
  const heading = viewHeading()
  const words = element('p', { class: 'text', part: 'text' })
  const finish = button(messages.action.finish, { part: 'finish', kind: 'primary' }, dismiss)
  return {
    element: notice({ sign: sign.element, heading, content: [words], actions: [finish] }),
    focus: heading,
    update({ result }) {
      const { title, text } = messages.done[result.operation]
      // Old enough or not: only the page knows what that means to the person.
      if (result.operation === 'age_verify') sign.show('face')
      else sign.show('check', 'good')
      setText(heading, title)
      setText(words, text)
      announcer.say(text)
    },
  }
}

/** @param again starts a new ceremony in the same dialog */
export const failedView =
  (again: () => void) =>
  ({ messages, announcer, dismiss }: ViewContext): View<FailedState> => {
    const sign = createSign()
    const heading = viewHeading()
    const words = element('p', { class: 'text', part: 'text' })
    const code = element('code', { class: 'code', part: 'code' })
    const retry = button(messages.action.again, { part: 'again', kind: 'primary' }, again)
    const close = button(messages.action.close, { part: 'dismiss' }, dismiss)
    return {
      element: notice({ sign: sign.element, heading, content: [words, code], actions: [retry, close] }),
      focus: heading,
      update({ failure }) {
        const kind = failureKind(failure)
        const { title, advice } = messages.failure[kind]
        sign.show(...failureLook[kind])
        setText(heading, title)
        setText(words, advice)
        setText(code, failureName(failure))
        code.hidden = !needsCode.has(kind)
        retry.hidden = !canRetry(kind)
        announcer.say(advice)
      },
    }
  }

/** Somebody else has to put these right, and asks which. */
const needsCode: ReadonlySet<FailureKind> = new Set<FailureKind>([
  'site-fault',
  'server-fault',
  'origin',
  'network',
  'crashed',
  'browser-unsupported',
])

/** The code itself, which is the same in every language. */
const failureName = (failure: CeremonyFailure): string => (failure instanceof Refusal ? failure.reason : failure.code)
