import type { PictureNoticeState } from '../ceremony/state.ts'
import { createColourChoice } from './colour-choice.ts'
import { button, element, setText } from './dom.ts'
import { createSign, notice, type View, type ViewContext, viewHeading } from './view.ts'

/** What is sent and what the screen will do, before the camera opens. */
export function pictureNoticeView({ messages }: ViewContext): View<PictureNoticeState> {
  const { action, pictures } = messages
  let current: PictureNoticeState | undefined
  const heading = viewHeading('')
  const leaves = element('p', { class: 'text', part: 'text' })
  const words = element('div', { class: 'colours', part: 'colours' })
  const choice = createColourChoice(messages)
  const sign = createSign()
  sign.show('camera')
  const proceed = button(action.confirm, { part: 'proceed', kind: 'primary' }, () => current?.proceed())
  const decline = button(action.decline, { part: 'decline' }, () => current?.decline())
  return {
    element: notice({
      sign: sign.element,
      heading,
      content: [leaves, words],
      actions: [choice.element, proceed, decline],
    }),
    focus: heading,
    update(state) {
      const told = state.isCertain ? pictures : pictures.perhaps
      setText(heading, told.title)
      setText(leaves, told.leaves)
      current = state
      words.replaceChildren(...choice.show(state.pictures))
    },
  }
}
