import type { Messages } from '../i18n/messages.ts'
import type { Announcer } from './announcer.ts'
import { element } from './dom.ts'
import { type IconName, icon } from './icons.ts'

/** What one state looks like. It is made once and then updated as long as the state's kind stays. */
export interface View<State> {
  readonly element: HTMLElement
  /** Gets the focus when the view appears. */
  readonly focus: HTMLElement
  /** Called with the first state too. */
  update(state: State): void
  dispose?(): void
}

export interface ViewContext {
  readonly messages: Messages
  readonly announcer: Announcer
  /** Escape, in words: leaves the ceremony. */
  readonly dismiss: () => void
  /** Fills the whole dialog with a colour, as a lamp; undefined: its own. */
  readonly light: (colour: string | undefined) => void
  /** A Cancel button in the views that wait. */
  readonly showCancel: boolean
}

/** A heading that can hold the focus, so that a screen reader starts to read here. */
export const viewHeading = (text = ''): HTMLHeadingElement =>
  element('h2', { class: 'heading', part: 'heading', tabindex: '-1' }, text)

export type Tone = 'calm' | 'good' | 'bad'

export interface Sign {
  readonly element: HTMLElement
  show(name: IconName, tone?: Tone): void
}

/** The picture above a heading. */
export function createSign(): Sign {
  const sign = element('div', { part: 'sign' })
  return {
    element: sign,
    show(name, tone = 'calm') {
      sign.className = `sign ${tone}`
      sign.replaceChildren(icon(name))
    },
  }
}

export interface NoticeParts {
  readonly sign?: HTMLElement
  readonly heading: HTMLElement
  readonly content: readonly (HTMLElement | undefined)[]
  readonly actions?: readonly (HTMLElement | undefined)[]
}

/** The layout that most views share: a sign, a heading and some words in the middle, the actions below. */
export const notice = ({ sign, heading, content, actions = [] }: NoticeParts): HTMLElement =>
  element(
    'section',
    { class: 'view', part: 'view' },
    element('div', { class: 'content centred', part: 'content' }, sign, heading, ...content),
    element('footer', { class: 'actions', part: 'actions' }, ...actions),
  )
