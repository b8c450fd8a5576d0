import { fill } from '../i18n/messages.ts'
import { asciiDigits } from './ascii-digits.ts'
import { element } from './dom.ts'
import { iconButton } from './icon-button.ts'
import { lateIcon } from './late-icons.ts'
import { createPinPad } from './pin-pad.ts'
import { steady } from './steady.ts'
import { type View, type ViewContext, viewHeading } from './view.ts'

export interface PinFormOptions<State> {
  readonly heading: string
  readonly text: string
  readonly autocomplete: string
  readonly problem: (state: State) => string | undefined
  /** Everything that `problem` may say, to keep room for. */
  readonly problems: readonly string[]
  /** Beside the button that sends. */
  readonly extra: readonly (HTMLElement | undefined)[]
}

/**
 * One field for digits that can be pasted into and shown, since nobody should have to type a secret blindly (WCAG 3.3.8), and a pad
 * of digits for fingers.
 */
export function createPinForm<State extends { submit(pin: string): void }>(
  context: ViewContext,
  { heading, text, autocomplete, problem, problems, extra }: PinFormOptions<State>,
): View<State> {
  const { messages, announcer } = context
  const { pin, action } = messages
  let current: State | undefined
  const input = pinInput(autocomplete)
  const error = element('p', { id: 'pin-error', class: 'error', part: 'error', role: 'alert' })
  const hint = element('p', { id: 'pin-hint', class: 'small', part: 'hint' }, pin.hint)
  const title = viewHeading(heading)
  const form = element(
    'form',
    { id: 'pin-form', class: 'pin', part: 'pin', novalidate: true },
    element('label', { for: 'pin', class: 'label', part: 'label' }, pin.label),
    element('div', { class: 'field' }, input, showToggle(input, context)),
    steady(element('div', { class: 'remarks' }, hint, error), problems),
  )

  /** Says how many, since digits typed on the pad or into a field of dots cannot be heard. */
  function type(typed: string): void {
    input.value = asciiDigits(typed)
    const digits = new Intl.NumberFormat(messages.locale).format(input.value.length)
    announcer.say(fill(pin.typed, { digits }))
  }
  const add = (typed: string): void => type(input.value + typed)
  const erase = (): void => type(input.value.slice(0, -1))

  input.addEventListener('input', () => type(input.value))
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    current?.submit(input.value)
  })
  const view = element(
    'section',
    { class: 'view pin-view', part: 'view' },
    element(
      'div',
      { class: 'content centred', part: 'content' },
      title,
      element('p', { class: 'text', part: 'text' }, text),
      form,
      createPinPad({ messages, press: add, erase }),
    ),
    element(
      'footer',
      { class: 'actions', part: 'actions' },
      element(
        'button',
        { type: 'submit', form: 'pin-form', class: 'button primary', part: 'button submit' },
        action.confirm,
      ),
      ...extra,
    ),
  )
  typeFromAnywhere(view, input, { add, erase, send: () => form.requestSubmit() })

  return {
    element: view,
    // On a touch screen the field would call up a keyboard, right over the pad.
    focus: matchMedia('(pointer: coarse)').matches ? title : input,
    update(state) {
      const words = problem(state)
      // Also when the words are those of the last time: a screen reader hears them again.
      if (state !== current) error.textContent = words ?? ''
      hint.hidden = words !== undefined
      input.setAttribute('aria-invalid', String(words !== undefined))
      if (words !== undefined && state !== current) startOver()
      current = state
    },
  }

  function startOver(): void {
    input.value = ''
    if (view.isConnected && !matchMedia('(pointer: coarse)').matches) input.focus()
  }
}

interface Typing {
  readonly add: (typed: string) => void
  readonly erase: () => void
  readonly send: () => void
}

/** Keys and pasted digits go into the field also while something else in the view has the focus. */
function typeFromAnywhere(view: HTMLElement, input: HTMLElement, { add, erase, send }: Typing): void {
  view.addEventListener('keydown', (event) => {
    if (event.target === input || event.ctrlKey || event.metaKey || event.altKey) return
    const isButton = event.target instanceof HTMLButtonElement
    if (asciiDigits(event.key) !== '' && event.key.length === 1) add(event.key)
    else if (event.key === 'Backspace') erase()
    else if (event.key === 'Enter' && !isButton) send()
    else return
    event.preventDefault()
  })
  view.addEventListener('paste', (event) => {
    if (event.target !== input) add(event.clipboardData?.getData('text') ?? '')
  })
}

const pinInput = (autocomplete: string): HTMLInputElement =>
  element('input', {
    id: 'pin',
    class: 'input',
    part: 'input',
    type: 'password',
    dir: 'ltr',
    inputmode: 'numeric',
    enterkeyhint: 'done',
    autocomplete,
    'aria-describedby': 'pin-error pin-hint',
  })

function showToggle(input: HTMLInputElement, { messages: { action } }: ViewContext): HTMLButtonElement {
  const toggle = iconButton(lateIcon('eye'), action.showPin, 'show-pin', () => {
    const shows = input.type === 'password'
    input.type = shows ? 'text' : 'password'
    const words = shows ? action.hidePin : action.showPin
    toggle.setAttribute('aria-label', words)
    toggle.title = words
    toggle.replaceChildren(lateIcon(shows ? 'eye-closed' : 'eye'))
  })
  return toggle
}
