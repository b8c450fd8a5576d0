import { fill, type Messages } from '../i18n/messages.ts'
import { element } from './dom.ts'
import { icon } from './icons.ts'

/** More of them say less than the number does. */
const mostTicks = 4

export interface Steps {
  readonly element: HTMLElement
  /** @param step the one that is being done, from 1; beyond `steps`: all are done */
  show(step: number, steps: number): void
  hide(): void
}

/** Which of the things that the person is asked to do is on, with a tick for each that is done. */
export function createSteps({ active, locale }: Messages): Steps {
  const place = element('p', { class: 'steps', part: 'steps', hidden: true })
  const number = (value: number): string => new Intl.NumberFormat(locale).format(value)
  let shown = ''
  return {
    element: place,
    show(step, steps) {
      place.hidden = false
      const now = `${step}/${steps}`
      if (now === shown) return
      shown = now
      const ticks = steps > mostTicks ? [] : Array.from({ length: steps }, (_, index) => tick(index + 1, step))
      const words = fill(active.step, { step: number(Math.min(step, steps)), steps: number(steps) })
      place.replaceChildren(...ticks, element('span', {}, words))
    },
    hide() {
      place.hidden = true
      shown = ''
    },
  }
}

function tick(index: number, step: number): HTMLElement {
  const phase = index < step ? 'done' : index === step ? 'now' : 'next'
  return element('i', { class: 'tick', 'data-phase': phase }, phase === 'done' ? icon('check') : undefined)
}
