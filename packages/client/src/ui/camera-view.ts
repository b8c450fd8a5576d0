import type { ActiveState, CapturingState, PositioningState } from '../ceremony/state.ts'
import type { Messages } from '../i18n/messages.ts'
import { createCameraChooser } from './camera-choice.ts'
import { type Cue, cueOf } from './camera-cue.ts'
import { createRing } from './camera-ring.ts'
import { createSteps } from './camera-steps.ts'
import { button, element, setText } from './dom.ts'
import { failureKind } from './failure-kind.ts'
import { isVisible } from './is-visible.ts'
import { lateIcon } from './late-icons.ts'
import { steady } from './steady.ts'
import type { View, ViewContext } from './view.ts'
import { cancelButton } from './waiting-views.ts'

type CameraState = PositioningState | ActiveState | CapturingState

/**
 * Positioning, active check and capture are one picture, so that nothing jumps between them: the preview, the oval, one
 * instruction.
 */
export function cameraView(context: ViewContext): View<CameraState> {
  const { messages, announcer } = context
  const { active, camera, guidance } = messages
  const preview = createPreview()
  const ring = createRing(camera.progress)
  const steps = createSteps(messages)
  const cameras = createCameraChooser(messages)
  const cue = element('div', { class: 'cue', part: 'cue', 'aria-hidden': 'true', hidden: true })
  const stage = element(
    'div',
    { class: 'stage', part: 'stage' },
    preview,
    ring.element,
    steps.element,
    cameras.element,
    cue,
  )
  const instruction = element('h2', { class: 'instruction', part: 'instruction', tabindex: '-1' })
  const privacy = element('p', { class: 'small', part: 'privacy' }, camera.local)
  let current: CameraState | undefined
  const hold = button(active.holdInstead, { part: 'hold-instead' }, () => {
    if (current?.name === 'active') current.holdInstead?.()
  })
  const footer = element(
    'div',
    { class: 'camera-footer', part: 'actions' },
    steady(instruction, [...Object.values(guidance), ...Object.values(active.actions), camera.capturing]),
    element('div', { class: 'slot' }, privacy, hold),
    cancelButton(context),
  )

  function say(state: CameraState): void {
    const words = wordsOf(state, messages)
    if (instruction.textContent !== words) {
      announcer.say(isNextStep(current, state) ? `${active.stepDone} – ${words}` : words)
    }
    setText(instruction, words)
  }

  function showSteps(state: CameraState): void {
    if (state.name === 'active') steps.show(state.step, state.steps)
    else if (state.name === 'positioning') steps.hide()
    else if (current?.name === 'active') steps.show(current.steps + 1, current.steps)
  }

  /** Why another camera than the chosen one is on stands where the picture's privacy does otherwise. */
  function showNotice(state: CameraState): void {
    const refused = refusedOf(state)
    const words = refused === undefined ? camera.local : messages.failure[failureKind(refused)].title
    if (refused !== undefined && refused !== refusedOf(current)) announcer.say(words)
    setText(privacy, words)
  }

  function showHold(isOffered: boolean): void {
    hold.style.visibility = isOffered ? 'visible' : 'hidden'
    privacy.style.visibility = isOffered ? 'hidden' : 'visible'
  }

  /** What had the focus may be gone: the keyboard goes on from the instruction. */
  function keepFocus(): void {
    const held = (stage.getRootNode() as Document | ShadowRoot).activeElement
    if (held && !isVisible(held)) instruction.focus({ preventScroll: true })
  }

  announcer.say(camera.intro)
  return {
    element: element('section', { class: 'view camera', part: 'view' }, stage, footer),
    focus: instruction,
    update(state) {
      say(state)
      showSteps(state)
      cameras.update(state.name === 'positioning' ? state : undefined)
      showNotice(state)
      showHold(state.name === 'active' && state.holdInstead !== undefined)
      keepFocus()
      showCue(cue, cueOf(state))
      stage.dataset.phase = state.name
      showPreview(preview, state, messages)
      ring.show(state.progress)
      current = state
    },
    dispose: () => {
      preview.srcObject = null
    },
  }
}

function wordsOf(state: CameraState, { active, camera, guidance }: Messages): string {
  if (state.name === 'capturing') return camera.capturing
  if (state.name === 'active' && state.guidance === undefined) return active.actions[state.action]
  return guidance[state.guidance ?? 'hold-still']
}

const refusedOf = (state: CameraState | undefined) => (state?.name === 'positioning' ? state.refusedCamera : undefined)

const isNextStep = (before: CameraState | undefined, state: CameraState): boolean =>
  before?.name === 'active' && (state.name === 'capturing' || (state.name === 'active' && state.step > before.step))

function createPreview(): HTMLVideoElement {
  const video = element('video', { class: 'preview', part: 'preview', playsinline: true })
  // The attribute alone does not mute a video made by script, and one with sound may not start by itself.
  video.muted = true
  video.disablePictureInPicture = true
  return video
}

function showPreview(video: HTMLVideoElement, { stream, mirrored }: CameraState, { camera }: Messages): void {
  video.dataset.mirrored = String(mirrored)
  video.setAttribute('aria-label', mirrored ? camera.preview : camera.plainPreview)
  if (video.srcObject === stream) return
  video.srcObject = stream
  // Interrupted when the stream changes again or ends: the ceremony watches the camera, the preview only shows it.
  video.play().catch(() => undefined)
}

/** Drawn again only when it changes, so that its movement does not start over with each frame. */
function showCue(place: HTMLElement, cue: Cue | undefined): void {
  place.hidden = cue === undefined
  if (cue === undefined) return
  place.dataset.side = cue.side
  if (place.dataset.icon === cue.icon) return
  place.dataset.icon = cue.icon
  place.replaceChildren(lateIcon(cue.icon))
}
