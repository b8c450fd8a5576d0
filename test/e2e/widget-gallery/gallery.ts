/** The page on which tests and screenshots put the widget into any state. */
import type { SessionOperation } from '@mien/shared/api/fields'
import type { CeremonyOutcome } from '../../../packages/client/src/ceremony/state.ts'
import type { Language } from '../../../packages/client/src/i18n/choose-language.ts'
import { en } from '../../../packages/client/src/i18n/en.ts'
import type { Messages } from '../../../packages/client/src/i18n/messages.ts'
import type { Theme } from '../../../packages/client/src/ui/dialog.ts'
import { runModal } from '../../../packages/client/src/ui/modal.ts'
import { createFakeCeremony, type FakeCeremony } from './fake-ceremony.ts'
import { makeScenes, type SceneName } from './scenes.ts'

export interface GalleryOptions {
  readonly operation?: SessionOperation
  readonly language?: Language
  /** Default: the language's own. */
  readonly direction?: Messages['direction']
  readonly theme?: Theme
  /** CSS selector of the element that the widget goes into. */
  readonly container?: string
  readonly showCancel?: boolean
  readonly failureSeconds?: number
  /** As on a page with the option `offline`. Default: where the scene is one without the server. */
  readonly offline?: boolean
}

export interface Gallery {
  /** Opens the widget in this state. */
  open(scene: SceneName, options?: GalleryOptions): Promise<void>
  /** Moves the open widget's ceremony on. */
  show(scene: SceneName): Promise<void>
  /** Ends it from the page's side. */
  abort(): void
  readonly scenes: readonly SceneName[]
  /** What the person did, and how the widget ended. */
  readonly log: readonly string[]
}

declare global {
  var gallery: Gallery
}

const log: string[] = []
const scenes = makeScenes(drawnStream(), (action) => log.push(action))
let ceremony: FakeCeremony | undefined
let page = new AbortController()

globalThis.gallery = {
  log,
  scenes: Object.keys(scenes) as SceneName[],
  // Like a ceremony, which never shows the same object twice.
  async show(scene) {
    ceremony?.show({ ...scenes[scene] })
    await whenSeen(scene)
  },
  abort: () => page.abort(),
  async open(scene, { language = 'en', direction, container, ...options } = {}) {
    let first: SceneName = scene
    const {
      operation = 'enroll',
      showCancel = false,
      failureSeconds = 20,
      offline = scene.startsWith('offline'),
    } = options
    const messages = await messagesIn(language)
    page = new AbortController()
    runModal<CeremonyOutcome>({
      operation,
      messages: { ...messages, direction: direction ?? messages.direction },
      offline: offline
        ? (await import('../../../packages/client/src/ui/offline-ui.ts')).createOfflineUi(messages)
        : undefined,
      showCancel,
      failureSeconds,
      nonce: undefined,
      theme: options.theme,
      container: (container && document.querySelector(container)) || undefined,
      signal: page.signal,
      start() {
        log.push('start')
        ceremony = createFakeCeremony(operation, scenes[first])
        first = 'connecting'
        return ceremony
      },
    }).then(
      (result) => log.push(`resolved ${'resultCode' in result ? result.resultCode : result.operation}`),
      (failure) => log.push(`rejected ${failure.code ?? failure.reason}`),
    )
    // The widget waits for the same file, and did so first.
    await import('../../../packages/client/src/ui/late-views.ts').catch(() => undefined)
    await whenSeen(scene)
  },
}

/** The views of passkeys are fetched when they are wanted, here too after the widget. */
async function whenSeen(scene: SceneName): Promise<void> {
  if (!scene.includes('passkey')) return
  await import('../../../packages/client/src/ui/passkey-views.ts')
  await new Promise((resolve) => setTimeout(resolve))
}

async function messagesIn(language: Language): Promise<Messages> {
  if (language === 'en') return en
  const { loadMessages } = await import('../../../packages/client/src/i18n/load-messages.ts')
  return loadMessages([language])
}

/** A camera that sees somebody drawn: a picture to look at that is of nobody. */
function drawnStream(): MediaStream {
  const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 480 })
  const context = canvas.getContext('2d')
  if (!context) throw new Error('No 2d canvas')
  const ellipse = (x: number, y: number, rx: number, ry: number, fill: string): void => {
    context.fillStyle = fill
    context.beginPath()
    context.ellipse(x, y, rx, ry, 0, 0, 2 * Math.PI)
    context.fill()
  }
  const draw = (): void => {
    const wall = context.createLinearGradient(0, 0, 640, 480)
    wall.addColorStop(0, '#c8d4d6')
    wall.addColorStop(1, '#8fa1a3')
    context.fillStyle = wall
    context.fillRect(0, 0, 640, 480)
    ellipse(320, 560, 210, 190, '#35525f')
    ellipse(320, 205, 112, 138, '#4a3428')
    ellipse(320, 240, 98, 128, '#d9a98a')
    for (const x of [282, 358]) ellipse(x, 222, 9, 7, '#2b211c')
    ellipse(320, 305, 32, 9, '#a8584c')
    ellipse(560, 90, 40, 40, '#f4e3a1')
  }
  draw()
  setInterval(draw, 100)
  return canvas.captureStream(10)
}
