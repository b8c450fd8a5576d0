import type { IntroState } from '../ceremony/state.ts'
import { fill } from '../i18n/messages.ts'
import { button, element, setText } from './dom.ts'
import { notice, type View, type ViewContext, viewHeading } from './view.ts'
import { cancelButton } from './waiting-views.ts'

/** What helps, while the models load. Ends by itself; the button ends it earlier (WCAG 2.2.1: nothing is lost either way). */
export function introView(context: ViewContext): View<IntroState> {
  const { messages } = context
  const { intro, action, locale } = messages
  const heading = viewHeading(intro.title)
  const countdown = element('p', { class: 'small', part: 'countdown' })
  const points = element(
    'ul',
    { class: 'tips', part: 'tips' },
    ...intro.points.map((words) => element('li', { class: 'tip', part: 'tip' }, words)),
  )
  let current: IntroState | undefined
  let left = 0
  let timer: ReturnType<typeof setInterval> | undefined
  const start = button(action.start, { part: 'start', kind: 'primary' }, () => current?.proceed())
  const seconds = new Intl.NumberFormat(locale, { style: 'unit', unit: 'second', unitDisplay: 'long' })
  const show = (): void => setText(countdown, fill(intro.countdown, { seconds: seconds.format(left) }))
  return {
    element: notice({ icon: 'face', heading, content: [points, countdown], actions: [start, cancelButton(context)] }),
    focus: heading,
    update(state) {
      current = state
      left = Math.ceil(state.seconds)
      show()
      clearInterval(timer)
      timer = setInterval(() => {
        left = Math.max(0, left - 1)
        show()
      }, 1000)
    },
    dispose: () => clearInterval(timer),
  }
}
