import type { NewPinState, PinState } from '../ceremony/state.ts'
import { fill, type Messages } from '../i18n/messages.ts'
import { button } from './dom.ts'
import { createPinForm } from './pin-form.ts'
import type { View, ViewContext } from './view.ts'
import { cancelButton } from './waiting-views.ts'

export function newPinView(context: ViewContext): View<NewPinState> {
  const { pin, action } = context.messages
  let current: NewPinState | undefined
  const skip = button(action.skip, { part: 'skip' }, () => current?.skip?.())
  const form = createPinForm<NewPinState>(context, {
    heading: pin.newTitle,
    text: pin.newText,
    autocomplete: 'new-password',
    problem: ({ problem }) => problem && { format: pin.format, weak: pin.weak, 'not-unique': pin.notUnique }[problem],
    problems: [pin.format, pin.weak, pin.notUnique],
    extra: [skip],
  })
  return {
    ...form,
    update(state) {
      current = state
      skip.hidden = state.skip === undefined
      form.update(state)
    },
  }
}

/** @param passkeyLabel absent: where no state has `ratherPasskey` */
export function pinView(context: ViewContext, passkeyLabel = ''): View<PinState> {
  const { messages } = context
  const { pin } = messages
  let current: PinState | undefined
  const instead = button(passkeyLabel, { part: 'use-passkey' }, () => current?.ratherPasskey?.())
  const form = createPinForm<PinState>(context, {
    heading: pin.askTitle,
    text: pin.askText,
    autocomplete: 'current-password',
    problem: ({ problem, triesLeft }) =>
      problem && `${{ wrong: pin.wrong, format: pin.format }[problem]} ${triesText(triesLeft, messages)}`,
    problems: [pin.format, pin.wrong].map((words) => `${words} ${triesText(2, messages)}`),
    extra: [instead, cancelButton(context)],
  })
  return {
    ...form,
    update(state) {
      current = state
      instead.hidden = state.ratherPasskey === undefined
      form.update(state)
    },
  }
}

function triesText(count: number, { locale, pin }: Messages): string {
  const rule = new Intl.PluralRules(locale).select(count)
  return fill(pin.triesLeft[rule] ?? pin.triesLeft.other, {
    count: new Intl.NumberFormat(locale).format(count),
  })
}
