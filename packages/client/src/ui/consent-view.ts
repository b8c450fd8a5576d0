import type { ConsentState } from '../ceremony/state.ts'
import { fill, type Messages } from '../i18n/messages.ts'
import { button, element } from './dom.ts'
import { type IconName, icon } from './icons.ts'
import { type View, type ViewContext, viewHeading } from './view.ts'

interface ConsentWords {
  readonly title: string
  readonly lead: string
  readonly points: readonly { readonly title: string; readonly text: string }[]
  readonly closing: string
}

const consentWords = ({ consent }: Messages, application: string): ConsentWords => {
  const put = (text: string): string => fill(text, { application })
  return {
    title: put(consent.title),
    lead: put(consent.lead),
    points: consent.points.map(({ title, text }) => ({ title: put(title), text: put(text) })),
    closing: put(consent.closing),
  }
}

/** Exactly the words on the screen, a line each: the server keeps a hash of this text as proof of what was agreed to. */
function consentText(messages: Messages, application: string): string {
  const { title, lead, points, closing } = consentWords(messages, application)
  return [title, lead, ...points.flatMap((point) => [point.title, point.text]), closing].join('\n')
}

/** In the order of the points. */
const pointIcons: readonly IconName[] = ['face', 'device', 'keep', 'erase']

export function consentView({ messages }: ViewContext): View<ConsentState> {
  let current: ConsentState | undefined
  const heading = viewHeading()
  const content = element('div', { class: 'content', part: 'content', tabindex: '0', role: 'group' })
  const accept = button(messages.action.accept, { part: 'accept', kind: 'primary' }, () => {
    if (current) current.accept({ text: consentText(messages, current.applicationName), locale: messages.locale })
  })
  const decline = button(messages.action.decline, { part: 'decline' }, () => current?.decline())
  return {
    element: element(
      'section',
      { class: 'view', part: 'view' },
      content,
      element('footer', { class: 'actions', part: 'actions' }, accept, decline),
    ),
    focus: heading,
    update(state) {
      const words = consentWords(messages, state.applicationName)
      heading.textContent = words.title
      content.setAttribute('aria-label', words.title)
      if (current?.applicationName !== state.applicationName) content.replaceChildren(heading, ...wordElements(words))
      current = state
    },
  }
}

const wordElements = ({ lead, points, closing }: ConsentWords): readonly HTMLElement[] => [
  element('p', { class: 'text', part: 'text' }, lead),
  element('ul', { class: 'points', part: 'points' }, ...points.map(pointElement)),
  element('p', { class: 'text', part: 'text' }, closing),
]

const pointElement = (point: { readonly title: string; readonly text: string }, index: number): HTMLElement =>
  element(
    'li',
    { class: 'point', part: 'point' },
    icon(pointIcons[index] ?? 'check'),
    element('div', {}, element('h3', {}, point.title), element('p', {}, point.text)),
  )
