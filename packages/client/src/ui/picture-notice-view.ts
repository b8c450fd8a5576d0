import type { PictureNoticeState } from '../ceremony/state.ts'
import { colourChoice } from './colour-choice.ts'
import { button, element } from './dom.ts'
import { createSign, notice, type View, type ViewContext, viewHeading } from './view.ts'

/** What is sent and what the screen will do, before the camera opens. */
export function pictureNoticeView({ messages }: ViewContext): View<PictureNoticeState> {
  const { action, pictures } = messages
  let current: PictureNoticeState | undefined
  const heading = viewHeading(pictures.title)
  const choice = element('div', { class: 'colours', part: 'colours' })
  const sign = createSign()
  sign.show('camera')
  const proceed = button(action.confirm, { part: 'proceed', kind: 'primary' }, () => current?.proceed())
  const decline = button(action.decline, { part: 'decline' }, () => current?.decline())
  return {
    element: notice({
      sign: sign.element,
      heading,
      content: [element('p', { class: 'text', part: 'text' }, pictures.leaves), choice],
      actions: [proceed, decline],
    }),
    focus: heading,
    update(state) {
      if (state !== current) choice.replaceChildren(...colourChoice(state.pictures, messages))
      current = state
    },
  }
}
