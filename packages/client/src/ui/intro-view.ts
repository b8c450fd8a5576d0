import type { IntroState } from '../ceremony/state.ts'
import { fill } from '../i18n/messages.ts'
import { button, element, setText } from './dom.ts'
import { type LateIconName, lateIcon } from './late-icons.ts'
import { notice, type View, type ViewContext, viewHeading } from './view.ts'
import { cancelButton } from './waiting-views.ts'

/** In the order of the tips. */
const tipIcons: readonly LateIconName[] = ['light', 'glasses', 'person']

/**
 * What helps, while the models load. Ends by itself; the button ends it earlier (WCAG 2.2.1: nothing is lost either way). A
 * screen reader can find the time that is left, and is not told of each second.
 */
export function introView(context: ViewContext): View<IntroState> {
  const { intro, action, locale } = context.messages
  const heading = viewHeading(intro.title)
  const countdown = element('p', { class: 'small countdown', part: 'countdown' })
  const points = element(
    'ul',
    { class: 'tips', part: 'tips' },
    ...intro.points.map((words, index) =>
      element('li', { class: 'tip', part: 'tip' }, lateIcon(tipIcons[index] ?? 'check'), words),
    ),
  )
  let current: IntroState | undefined
  let timer: ReturnType<typeof setInterval> | undefined
  const start = button(action.start, { part: 'start', kind: 'primary' }, () => current?.proceed())
  const seconds = new Intl.NumberFormat(locale, { style: 'unit', unit: 'second', unitDisplay: 'long' })

  function countFrom(total: number): void {
    const endsAt = performance.now() + total * 1000
    const show = (): void => {
      const left = Math.max(0, Math.ceil((endsAt - performance.now()) / 1000))
      setText(countdown, fill(intro.countdown, { seconds: seconds.format(left) }))
    }
    clearInterval(timer)
    // Finer than a second: a late tick would skip one.
    timer = setInterval(show, 250)
    show()
  }

  return {
    element: notice({ heading, content: [points, countdown], actions: [start, cancelButton(context)] }),
    focus: heading,
    update(state) {
      if (state !== current) countFrom(state.seconds)
      current = state
    },
    dispose: () => clearInterval(timer),
  }
}
