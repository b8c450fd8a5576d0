import type { ActiveState, CameraChoice, CapturingState, PositioningState } from '../ceremony/state.ts'
import { button, element, setText, svgElement } from './dom.ts'
import type { View, ViewContext } from './view.ts'
import { cancelButton } from './waiting-views.ts'

type CameraState = PositioningState | ActiveState | CapturingState

/** Positioning and capturing are one picture, so that nothing jumps between them: the preview, the oval, one instruction. */
export function cameraView(context: ViewContext): View<CameraState> {
  const { active, camera, guidance } = context.messages
  const wordsOf = (state: CameraState): string => {
    if (state.name === 'capturing') return camera.capturing
    if (state.name === 'positioning') return guidance[state.guidance]
    return state.guidance === undefined ? active.actions[state.action] : guidance[state.guidance]
  }
  const preview = createPreview(camera.preview)
  const ring = createRing(camera.progress)
  const stage = element('div', { class: 'stage', part: 'stage' }, preview, ring.element)
  const instruction = element('h2', { class: 'instruction', part: 'instruction', tabindex: '-1' })
  const cameras = createCameraChoice(context)
  let current: CameraState | undefined
  const hold = button(active.holdInstead, { part: 'hold-instead' }, () => {
    if (current?.name === 'active') current.holdInstead?.()
  })
  const footer = element(
    'footer',
    { class: 'camera-footer', part: 'actions' },
    instruction,
    element('p', { class: 'small', part: 'privacy' }, camera.local),
    cameras.element,
    hold,
    cancelButton(context),
  )
  context.announcer.say(camera.intro)
  return {
    element: element('section', { class: 'view camera', part: 'view' }, stage, footer),
    focus: instruction,
    update(state) {
      current = state
      hold.hidden = state.name !== 'active' || state.holdInstead === undefined
      const words = wordsOf(state)
      if (instruction.textContent !== words) context.announcer.say(words)
      setText(instruction, words)
      stage.dataset.phase = state.name
      stage.dataset.guidance = state.guidance
      preview.dataset.mirrored = String(state.mirrored)
      if (preview.srcObject !== state.stream) play(preview, state.stream)
      ring.show(state.progress)
      cameras.update(state)
    },
    dispose: () => {
      preview.srcObject = null
    },
  }
}

function createPreview(label: string): HTMLVideoElement {
  const video = element('video', { class: 'preview', part: 'preview', 'aria-label': label, playsinline: true })
  // The attribute alone does not mute a video made by script, and one with sound may not start by itself.
  video.muted = true
  video.disablePictureInPicture = true
  return video
}

function play(video: HTMLVideoElement, stream: MediaStream): void {
  video.srcObject = stream
  // Interrupted when the stream changes again or ends: the ceremony watches the camera, the preview only shows it.
  video.play().catch(() => undefined)
}

/** The oval that the face belongs in, and around it how much of the capture is done. Drawn on a grid of 76 x 100. */
function createRing(label: string): { readonly element: HTMLElement; show(progress: number): void } {
  const path = 'M38 2a36 48 0 0 1 0 96a36 48 0 0 1 0-96z'
  const line = svgElement('path', { class: 'ring-line', d: path, pathLength: '100' })
  const svg = svgElement(
    'svg',
    { viewBox: '0 0 76 100', 'aria-hidden': 'true' },
    svgElement('path', { class: 'ring-track', d: path }),
    line,
  )
  const ring = element(
    'div',
    {
      class: 'ring',
      part: 'ring',
      role: 'progressbar',
      'aria-label': label,
      'aria-valuemin': '0',
      'aria-valuemax': '100',
    },
    svg,
  )
  return {
    element: ring,
    show(progress) {
      const percent = Math.round(Math.min(1, Math.max(0, progress)) * 100)
      line.style.strokeDasharray = `${percent} 100`
      line.style.opacity = percent === 0 ? '0' : '1'
      ring.setAttribute('aria-valuenow', String(percent))
    },
  }
}

function createCameraChoice({ messages }: ViewContext): {
  readonly element: HTMLElement
  update(state: CameraState): void
} {
  const select = element('select', {
    part: 'camera-choice',
    'aria-label': messages.action.chooseCamera,
    class: 'choice',
  })
  let current: CameraState | undefined
  let shown = ''
  select.hidden = true
  select.addEventListener('change', () => {
    if (current?.name === 'positioning') current.switchCamera?.(select.value)
  })
  return {
    element: select,
    update(state) {
      current = state
      select.disabled = state.name !== 'positioning'
      if (state.name !== 'positioning') return
      select.hidden = state.switchCamera === undefined
      const now = JSON.stringify(state.cameras)
      if (now !== shown) select.replaceChildren(...state.cameras.map(cameraOption(messages.action.chooseCamera)))
      if (now !== shown) selectDevice(select, deviceOf(state.stream))
      shown = now
    },
  }
}

const cameraOption =
  (fallback: string) =>
  ({ deviceId, label }: CameraChoice, index: number): HTMLOptionElement =>
    element('option', { value: deviceId }, label || `${fallback} ${index + 1}`)

/** A camera that is not in the list leaves the choice as it is, instead of blank. */
function selectDevice(select: HTMLSelectElement, deviceId: string | undefined): void {
  const option = [...select.options].find(({ value }) => value === deviceId)
  if (option) option.selected = true
}

const deviceOf = (stream: MediaStream): string | undefined => stream.getVideoTracks()[0]?.getSettings().deviceId
