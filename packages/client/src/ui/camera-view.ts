import type { ActiveState, CapturingState, PositioningState, VerifyingState } from '../ceremony/state.ts'
import type { Messages } from '../i18n/messages.ts'
import { createCameraChooser } from './camera-choice.ts'
import { type Cue, cueOf } from './camera-cue.ts'
import { createRing } from './camera-ring.ts'
import { createSteps } from './camera-steps.ts'
import { button, element, setText } from './dom.ts'
import { failureKind } from './failure-kind.ts'
import { isVisible } from './is-visible.ts'
import { lateIcon } from './late-icons.ts'
import { createLightChoices } from './light-choices.ts'
import { steady } from './steady.ts'
import type { View, ViewContext } from './view.ts'
import { cancelButton } from './waiting-views.ts'

type CameraState = PositioningState | ActiveState | VerifyingState | CapturingState

/**
 * Positioning, active check, verified capture and capture are one picture, so that nothing jumps between them: the preview, the oval, one
 * instruction.
 */
export function cameraView(context: ViewContext): View<CameraState> {
  const { messages, announcer, light } = context
  const { active, camera, guidance, pictures } = messages
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
  const choices = createLightChoices(pictures, () => (current?.name === 'verifying' ? current : undefined))
  const footer = element(
    'div',
    { class: 'camera-footer', part: 'actions' },
    steady(instruction, [
      ...Object.values(guidance),
      ...Object.values(active.actions),
      ...Object.values(askedWords(messages)),
      camera.capturing,
    ]),
    element('div', { class: 'slot' }, privacy, hold, choices.element),
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
    if (state.name === 'active' || state.name === 'verifying') steps.show(state.step, state.steps)
    else if (state.name === 'positioning') steps.hide()
    else if (current?.name === 'active' || current?.name === 'verifying') steps.show(current.steps + 1, current.steps)
  }

  /** Why another camera than the chosen one is on stands where the picture's privacy does otherwise. */
  function showNotice(state: CameraState): void {
    const refused = refusedOf(state)
    const kept = state.perhapsPictures ? pictures.perhaps.privacy : camera.local
    const told = state.colour === undefined ? kept : pictures.privacy
    const words = refused === undefined ? told : messages.failure[failureKind(refused)].title
    if (refused !== undefined && refused !== refusedOf(current)) announcer.say(words)
    setText(privacy, words)
  }

  /** One of them has the place. */
  function showChoices(state: CameraState): void {
    const isHeld = state.name === 'active' && state.holdInstead !== undefined
    hold.style.visibility = isHeld ? 'visible' : 'hidden'
    const isChosen = choices.show(state.name === 'verifying' ? state : undefined, state.colour !== undefined)
    privacy.style.visibility = isHeld || isChosen ? 'hidden' : 'visible'
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
      showChoices(state)
      keepFocus()
      showCue(cue, cueOf(state))
      stage.dataset.phase = state.name
      light(state.colour)
      showPreview(preview, state, messages)
      ring.show(state.progress)
      current = state
    },
    dispose: () => {
      light(undefined)
      preview.srcObject = null
    },
  }
}

function wordsOf(state: CameraState, messages: Messages): string {
  const { active, camera, guidance } = messages
  if (state.name === 'capturing') return camera.capturing
  if (state.name === 'verifying' && state.guidance === undefined) return askedWords(messages)[state.ask]
  if (state.name === 'active' && state.guidance === undefined) return active.actions[state.action]
  return guidance[state.guidance ?? 'hold-still']
}

const askedWords = ({ active: { actions }, guidance, pictures }: Messages): Record<VerifyingState['ask'], string> => ({
  flash: pictures.flash,
  centre: guidance['look-straight'],
  left: actions.turn_left,
  right: actions.turn_right,
  up: pictures.up,
  down: pictures.down,
  closer: actions.come_closer,
})

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
