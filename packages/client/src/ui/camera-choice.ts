import type { CameraChoice, PositioningState } from '../ceremony/state.ts'
import type { Messages } from '../i18n/messages.ts'
import { element } from './dom.ts'
import { iconButton } from './icon-button.ts'
import { lateIcon } from './late-icons.ts'

type Choice = Pick<PositioningState, 'stream' | 'cameras' | 'switchCamera'>

export interface CameraChooser {
  readonly element: HTMLElement
  /** Undefined while no other camera can be taken. */
  update(choice: Choice | undefined): void
}

/** Nothing with one camera, a button with two, a list with more. */
export function createCameraChooser({ action }: Messages): CameraChooser {
  const place = element('div', { class: 'cameras' })
  let current: Choice | undefined
  let shown = ''
  let select: HTMLSelectElement | undefined
  const take = (deviceId: string): void => current?.switchCamera?.(deviceId)

  function swap(): void {
    const next = current?.cameras.find(({ deviceId }) => deviceId !== deviceOf(current?.stream))
    if (next) take(next.deviceId)
  }

  function list(cameras: readonly CameraChoice[]): HTMLSelectElement {
    // By the names themselves: a long one is cut at its own end, whatever the language around it.
    const names = { class: 'choice', part: 'camera-choice', dir: 'auto', 'aria-label': action.chooseCamera }
    const made = element('select', names)
    made.append(...cameras.map(option))
    made.addEventListener('change', () => take(made.value))
    return made
  }

  function draw(cameras: readonly CameraChoice[]): void {
    select = cameras.length > 2 ? list(cameras) : undefined
    place.replaceChildren(select ?? iconButton(lateIcon('swap'), action.switchCamera, 'switch-camera', swap))
  }

  const option = ({ deviceId, label }: CameraChoice, index: number): HTMLOptionElement =>
    element('option', { value: deviceId }, label || `${action.chooseCamera} ${index + 1}`)

  return {
    element: place,
    update(choice) {
      const before = current?.stream
      current = choice
      place.hidden = choice?.switchCamera === undefined
      if (choice === undefined) return
      const now = JSON.stringify(choice.cameras)
      const isOther = now !== shown
      shown = now
      if (isOther) draw(choice.cameras)
      // Another camera than the one chosen may have come.
      if (select && (isOther || choice.stream !== before)) selectDevice(select, deviceOf(choice.stream))
    },
  }
}

/** A camera that is not in the list leaves the choice as it is, instead of blank. */
function selectDevice(select: HTMLSelectElement, deviceId: string | undefined): void {
  const option = [...select.options].find(({ value }) => value === deviceId)
  if (option) option.selected = true
}

const deviceOf = (stream: MediaStream | undefined): string | undefined =>
  stream?.getVideoTracks()[0]?.getSettings().deviceId
