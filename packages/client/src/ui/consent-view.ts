import type { ConsentText as ApplicationTerms } from '@mien/shared/api/consent-text'
import type { ConsentState } from '../ceremony/state.ts'
import { fill, type Messages } from '../i18n/messages.ts'
import { createColourChoice } from './colour-choice.ts'
import { button, element } from './dom.ts'
import { type IconName, icon } from './icons.ts'
import { type View, type ViewContext, viewHeading } from './view.ts'

type Facts = Pick<ConsentState, 'applicationName' | 'policyVersion' | 'terms' | 'attributes' | 'pictures'>

interface Point {
  readonly icon: IconName
  readonly title: string
  readonly text: string
}

/** In the order of the points. */
const pointIcons: readonly IconName[] = ['face', 'device', 'keep', 'erase']

/** What is computed and what leaves the device: true whatever the application says. The rest it may put in its own words. */
const fixedPoints = 2
/** What leaves the device. */
const leavesPoint = 1

export function consentView({ messages }: ViewContext): View<ConsentState> {
  let current: ConsentState | undefined
  const heading = viewHeading()
  const content = element('div', { class: 'content', part: 'content', tabindex: '0', role: 'group' })
  const choice = createColourChoice(messages)
  const accept = button(messages.action.accept, { part: 'accept', kind: 'primary' }, () => {
    const locale = current?.terms?.locale ?? messages.locale
    current?.accept({ text: shownText(content), locale })
  })
  const decline = button(messages.action.decline, { part: 'decline' }, () => current?.decline())
  return {
    element: element(
      'section',
      { class: 'view', part: 'view' },
      content,
      element('footer', { class: 'actions', part: 'actions' }, choice.element, accept, decline),
    ),
    focus: heading,
    update(state) {
      current = state
      heading.textContent = fill(messages.consent.title, { application: isolated(state.applicationName, messages) })
      content.setAttribute('aria-label', heading.textContent)
      content.replaceChildren(heading, ...contentElements(state, choice.show(state.pictures), messages))
    },
  }
}

function contentElements(
  facts: Facts,
  colours: readonly HTMLElement[],
  messages: Messages,
): readonly (HTMLElement | string)[] {
  const { lead, closing } = messages.consent
  const put = (text: string): string => fill(text, { application: isolated(facts.applicationName, messages) })
  const points = pointsOf(facts, messages).map((point) =>
    pointElement({ ...point, title: put(point.title), text: put(point.text) }),
  )
  return [
    paragraph(put(lead)),
    ...(facts.terms ? [termsElement(facts.terms, facts.policyVersion, messages)] : []),
    element('ul', { class: 'points', part: 'points' }, ...points),
    ...colours,
    paragraph(put(closing)),
  ]
}

function pointsOf(
  { terms, attributes, pictures }: Facts,
  { consent, pictures: { leaves } }: Messages,
): readonly Point[] {
  const points = consent.points.map(({ title, text }, index) => ({
    title,
    text: pictures && index === leavesPoint ? leaves : text,
    icon: pointIcons[index] ?? 'check',
  }))
  const fixed = points.slice(0, fixedPoints)
  const own = terms ? [] : points.slice(fixedPoints)
  if (attributes === 'off') return [...fixed, ...own]
  const guessed = attributes === 'details' ? consent.details : consent.ageGate
  return [...fixed, { ...guessed, icon: 'person' }, ...own]
}

/** The application's words, in their own language and direction, a paragraph each line. */
function termsElement({ locale, purpose, text }: ApplicationTerms, version: string, messages: Messages): HTMLElement {
  const { consent } = messages
  const own = (line: string): HTMLElement => element('p', { lang: locale, dir: 'auto' }, line)
  return element(
    'div',
    { class: 'terms', part: 'terms' },
    element('h3', {}, consent.purpose),
    own(purpose.trim()),
    ...linesOf(text).map(own),
    element('p', { class: 'small' }, fill(consent.version, { version: isolated(version, messages) })),
  )
}

/** Names and versions of another script would otherwise be torn apart between words that run from right to left. */
const isolated = (value: string, { direction }: Messages): string =>
  direction === 'rtl' ? `\u2068${value}\u2069` : value

const linesOf = (text: string): readonly string[] =>
  text
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => line.trim())
    .filter((line) => line !== '')

const pointElement = ({ icon: name, title, text }: Point): HTMLElement =>
  element(
    'li',
    { class: 'point', part: 'point' },
    icon(name),
    element('div', {}, element('h3', {}, title), element('p', {}, text)),
  )

const paragraph = (text: string): HTMLElement => element('p', { class: 'text', part: 'text' }, text)

/** Read off the screen, a line each heading or paragraph: the server keeps a hash of this text as proof of what was agreed to. */
const shownText = (content: Element): string =>
  [...content.querySelectorAll('h2, h3, p')].map((line) => line.textContent).join('\n')
