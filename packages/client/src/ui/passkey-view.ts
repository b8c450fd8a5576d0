import type { NewPasskeyState, PasskeyState } from '../ceremony/state.ts'
import { passkeyWords } from '../i18n/choose-passkey-words.ts'
import { button, element, setText } from './dom.ts'
import { lateIcon } from './late-icons.ts'
import { steady } from './steady.ts'
import { notice, type View, type ViewContext, viewHeading } from './view.ts'
import { cancelButton } from './waiting-views.ts'

/** A question that the browser asks, when its button is pressed. */
export function passkeyView(context: ViewContext): View<PasskeyState> {
  const words = passkeyWords(context.messages)
  let current: PasskeyState | undefined
  const use = button(words.use, { part: 'use-passkey', kind: 'primary' }, () => current?.proceed())
  const usePin = button(words.usePin, { part: 'use-pin' }, () => current?.ratherPin?.())
  const question = createQuestion(context, {
    title: words.askTitle,
    text: words.askText,
    problems: [words.wrong, words.notDone],
    press: use,
    actions: [use, usePin, cancelButton(context)],
  })
  return {
    element: question.element,
    focus: question.heading,
    update(state) {
      const isNew = state !== current
      current = state
      usePin.hidden = state.ratherPin === undefined
      if (isNew)
        question.show(state.isOpen, state.problem && { wrong: words.wrong, 'not-done': words.notDone }[state.problem])
    },
  }
}

/** Whether to add one, once the person is enrolled or let in. */
export function newPasskeyView(context: ViewContext): View<NewPasskeyState> {
  const words = passkeyWords(context.messages)
  let current: NewPasskeyState | undefined
  const add = button(words.add, { part: 'add-passkey', kind: 'primary' }, () => current?.add())
  const skip = button(words.later, { part: 'skip' }, () => current?.skip())
  const question = createQuestion(context, {
    title: words.newTitle,
    text: words.newText,
    problems: [words.notAdded],
    press: add,
    actions: [add, skip],
  })
  return {
    element: question.element,
    focus: question.heading,
    update(state) {
      const isNew = state !== current
      current = state
      if (isNew) question.show(state.isOpen, state.problem && words.notAdded)
    },
  }
}

interface Question {
  readonly title: string
  readonly text: string
  /** Everything that may have to be said, to keep room for. */
  readonly problems: readonly string[]
  /** What makes the browser ask. */
  readonly press: HTMLButtonElement
  readonly actions: readonly (HTMLElement | undefined)[]
}

function createQuestion({ messages, announcer }: ViewContext, { title, text, problems, press, actions }: Question) {
  const { waiting } = passkeyWords(messages)
  const heading = viewHeading(title)
  const error = element('p', { class: 'error', part: 'error', role: 'alert' })
  const wait = element('p', { class: 'small', part: 'hint' })
  const key = element('div', { class: 'sign calm', part: 'sign' }, lateIcon('key'))
  const spinner = element('div', { class: 'spinner', part: 'spinner', 'aria-hidden': 'true' })
  const said = steady(element('div', {}, wait, error), [...problems, waiting])
  const sign = element('div', { class: 'passkey-sign' }, key, spinner)
  return {
    heading,
    element: notice({ sign, heading, content: [element('p', { class: 'text', part: 'text' }, text), said], actions }),
    /** The button keeps the focus while the browser asks, and says that it does nothing then. */
    show(isOpen: boolean, problem: string | undefined) {
      key.hidden = isOpen
      spinner.hidden = !isOpen
      press.setAttribute('aria-disabled', String(isOpen))
      setText(wait, isOpen ? waiting : '')
      if (isOpen) announcer.say(waiting)
      // Also when the words are those of the last time: a screen reader hears them again.
      error.textContent = problem ?? ''
    },
  }
}
