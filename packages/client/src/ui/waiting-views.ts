import type { SessionOperation } from '@mien/shared/api/fields'
import type { DecidingState, PermissionState, PreparingState, PreparingStep } from '../ceremony/state.ts'
import { fill, type Messages } from '../i18n/messages.ts'
import { button, element, setText } from './dom.ts'
import type { IconName } from './icons.ts'
import { steady } from './steady.ts'
import { createSign, notice, type View, type ViewContext, viewHeading } from './view.ts'

/** The Cancel button of the views that wait, where the page asked for one. */
export const cancelButton = ({ messages, showCancel, dismiss }: ViewContext): HTMLElement | undefined =>
  showCancel ? button(messages.action.cancel, { part: 'cancel' }, dismiss) : undefined

function signOf(name: IconName): HTMLElement {
  const sign = createSign()
  sign.show(name)
  return sign.element
}

export function preparingView(context: ViewContext): View<PreparingState> {
  const { preparing } = context.messages
  const heading = viewHeading(preparing.title)
  const words = element('p', { class: 'text', part: 'text' })
  const bar = element('progress', { class: 'bar', part: 'progress', 'aria-label': preparing.progress })
  const bytes = element('p', { class: 'small', part: 'bytes' })
  const room = steady(words, [preparing.session, preparing.models, preparing.runtime])
  return {
    element: notice({ sign: signOf('face'), heading, content: [room, bar, bytes], actions: [cancelButton(context)] }),
    focus: heading,
    update({ progress }) {
      setText(words, preparing[progress.step])
      setText(bytes, bytesText(progress, context.messages))
      showProgress(bar, progress)
    },
  }
}

function showProgress(bar: HTMLProgressElement, step: PreparingStep): void {
  if (step.step === 'models' && step.totalBytes > 0) bar.value = step.loadedBytes / step.totalBytes
  else bar.removeAttribute('value')
}

/** A hard space while there is nothing to say keeps the line's height. */
function bytesText(step: PreparingStep, { locale, preparing }: Messages): string {
  if (step.step !== 'models' || step.totalBytes === 0) return '\u00a0'
  const megabytes = new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: 'megabyte',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  })
  const size = (count: number): string => megabytes.format(count / 1e6)
  return fill(preparing.bytes, { loaded: size(step.loadedBytes), total: size(step.totalBytes) })
}

export function permissionView(context: ViewContext): View<PermissionState> {
  const { permission, pictures } = context.messages
  const heading = viewHeading(permission.title)
  const words = element('p', { class: 'text', part: 'text' }, permission.text)
  const privacy = element('p', { class: 'small', part: 'privacy' })
  return {
    element: notice({ sign: signOf('camera'), heading, content: [words, privacy], actions: [cancelButton(context)] }),
    focus: heading,
    update({ sendsPictures }) {
      const sent = sendsPictures === 'perhaps' ? pictures.perhaps.privacy : pictures.privacy
      setText(privacy, sendsPictures ? sent : permission.privacy)
      context.announcer.say(permission.text)
    },
  }
}

export const decidingView =
  (operation: SessionOperation) =>
  (context: ViewContext): View<DecidingState> => {
    const { deciding } = context.messages
    const heading = viewHeading(deciding.title)
    const words = element('p', { class: 'text', part: 'text' }, deciding[operation])
    const spinner = element('div', { class: 'spinner', part: 'spinner', 'aria-hidden': 'true' })
    return {
      element: notice({ sign: spinner, heading, content: [words], actions: [cancelButton(context)] }),
      focus: heading,
      update: () => context.announcer.say(deciding[operation]),
    }
  }
