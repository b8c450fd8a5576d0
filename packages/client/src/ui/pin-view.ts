import type { NewPinState, PinState } from '../ceremony/state.ts'
import { fill, type Messages } from '../i18n/messages.ts'
import { button, element, setText } from './dom.ts'
import { notice, type View, type ViewContext, viewHeading } from './view.ts'
import { cancelButton } from './waiting-views.ts'

export function newPinView(context: ViewContext): View<NewPinState> {
  const { pin, action } = context.messages
  const skip = button(action.skip, { part: 'skip' }, () => form.current()?.skip?.())
  const form = createPinForm<NewPinState>(context, {
    heading: pin.newTitle,
    text: pin.newText,
    autocomplete: 'new-password',
    problem: ({ problem }) => problem && { format: pin.format, weak: pin.weak, 'not-unique': pin.notUnique }[problem],
    extra: [skip],
  })
  return {
    ...form.view,
    update(state) {
      skip.hidden = state.skip === undefined
      form.view.update(state)
    },
  }
}

export function pinView(context: ViewContext): View<PinState> {
  const { messages } = context
  const { pin } = messages
  return createPinForm<PinState>(context, {
    heading: pin.askTitle,
    text: pin.askText,
    autocomplete: 'current-password',
    problem: ({ problem, triesLeft }) =>
      problem && `${{ wrong: pin.wrong, format: pin.format }[problem]} ${triesText(triesLeft, messages)}`,
    extra: [cancelButton(context)],
  }).view
}

function triesText(count: number, { locale, pin }: Messages): string {
  const rule = new Intl.PluralRules(locale).select(count)
  return fill(pin.triesLeft[rule] ?? pin.triesLeft.other, {
    count: new Intl.NumberFormat(locale).format(count),
  })
}

interface PinFormOptions<State> {
  readonly heading: string
  readonly text: string
  readonly autocomplete: string
  readonly problem: (state: State) => string | undefined
  readonly extra: readonly (HTMLElement | undefined)[]
}

interface PinForm<State> {
  readonly view: View<State>
  current(): State | undefined
}

/** One field for digits that can be pasted into and shown, since nobody should have to type a secret blindly (WCAG 3.3.8). */
function createPinForm<State extends { submit(pin: string): void }>(
  context: ViewContext,
  { heading, text, autocomplete, problem, extra }: PinFormOptions<State>,
): PinForm<State> {
  const { pin, action } = context.messages
  let current: State | undefined
  const input = pinInput(autocomplete)
  const error = element('p', { id: 'pin-error', class: 'error', part: 'error', role: 'alert' })
  const form = element(
    'form',
    { class: 'pin', part: 'pin', novalidate: true },
    element('label', { for: 'pin', class: 'label', part: 'label' }, pin.label),
    element('div', { class: 'field' }, input, showToggle(input, context.messages)),
    element('p', { id: 'pin-hint', class: 'small', part: 'hint' }, pin.hint),
    error,
    element('button', { type: 'submit', class: 'button primary', part: 'button submit' }, action.confirm),
  )
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    current?.submit(input.value)
  })
  const view: View<State> = {
    element: notice({
      icon: 'pin',
      heading: viewHeading(heading),
      content: [element('p', { class: 'text', part: 'text' }, text), form],
      actions: extra,
    }),
    focus: input,
    update(state) {
      const words = problem(state)
      setText(error, words ?? '')
      input.setAttribute('aria-invalid', String(words !== undefined))
      if (words !== undefined && state !== current) input.select()
      current = state
    },
  }
  return { view, current: () => current }
}

const pinInput = (autocomplete: string): HTMLInputElement =>
  element('input', {
    id: 'pin',
    class: 'input',
    part: 'input',
    type: 'password',
    inputmode: 'numeric',
    autocomplete,
    maxlength: '16',
    'aria-describedby': 'pin-error pin-hint',
  })

function showToggle(input: HTMLInputElement, { action }: Messages): HTMLButtonElement {
  const toggle = button(action.showPin, { part: 'show-pin' }, () => {
    const show = input.type === 'password'
    input.type = show ? 'text' : 'password'
    setText(toggle, show ? action.hidePin : action.showPin)
  })
  return toggle
}
