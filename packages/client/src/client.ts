import type { Operation, SessionOperation } from '@mien/shared/api/fields'
import { MienError } from '@mien/shared/errors'
import { nextPaint } from './camera/next-paint.ts'
import { toStatement } from './ceremony/ask-consent.ts'
import type { BrowserPasskeys } from './ceremony/browser-passkeys.ts'
import { createCeremony } from './ceremony/create-ceremony.ts'
import { loadCapture } from './ceremony/load-capture.ts'
import type { CeremonyPorts } from './ceremony/ports.ts'
import { runCeremony } from './ceremony/run-ceremony.ts'
import { runAgeVerify, runLiveness } from './ceremony/run-check.ts'
import type { Stage } from './ceremony/stage.ts'
import type {
  AgeResult,
  AuthenticateOptions,
  Ceremony,
  CeremonyOptions,
  CeremonyOutcome,
  CeremonyResult,
  EnrollOptions,
  LivenessResult,
} from './ceremony/state.ts'
import { createApiClient, send } from './http/api-client.ts'
import type { OfflineDevice } from './offline/offline-device.ts'
import type { OfflineNews } from './offline/offline-news.ts'
import type { OfflineResult } from './offline/offline-result.ts'
import type { OfflineMode, OpenedOffline } from './offline/open-offline.ts'
import { requireBrowser } from './require-browser.ts'
import type { DeviceKeys } from './storage/device-keys.ts'
import type { LoadOptions, LoadProgress, LoadReport } from './worker/protocol.ts'
import { startWorker } from './worker/start-worker.ts'
import { createVisionHost, type VisionHost } from './worker/vision-host.ts'

export interface MienClientOptions<Offline extends OfflineMode | false = OfflineMode | false> {
  /** Address of the Mien server, for example `https://face.example`. Default: the page's own origin. */
  readonly endpoint?: string
  /** `auto` takes WebGPU when there is a hardware adapter, else WebAssembly. */
  readonly backend?: 'auto' | 'wasm' | 'webgpu'
  /** What follows the face between captures. Captured frames always go through the ONNX detector and landmarks. */
  readonly tracker?: 'onnx' | 'mediapipe'
  /**
   * Folder with the built widget, for pages whose own bundler took this package apart: usually the server's address.
   * The worker and the WebAssembly come from there. Default: beside the module.
   */
  readonly assetBase?: string
  /** Takes a software WebGPU adapter too: correct and very slow, for tests. */
  readonly allowSoftwareWebGpu?: boolean
  /**
   * What happens when the server cannot be reached, once `openOffline()` has registered the device. `own-device`: it recognises its
   * owner. `kiosk`: it recognises the people of one gallery, and enrolments are drafts. Results are claims then (`OfflineResult`), which
   * are told to the server later. Default false: nothing works without the server.
   */
  readonly offline?: Offline
  /** With `offline`: hears what becomes of what happened without the server, once `openOffline()` or a ceremony has opened the device. */
  readonly onOffline?: (news: OfflineNews) => void
}

/** How a ceremony ends that enrolls or recognises somebody. */
export type DecidedResult<Offline extends OfflineMode | false> = Offline extends OfflineMode
  ? CeremonyResult | OfflineResult
  : CeremonyResult

export interface WarmUpOptions {
  readonly signal?: AbortSignal
  /** Name of the model pack. Default: the first one that the server offers. */
  readonly pack?: string
  /** The networks that guess age and gender too, for `verifyAge` and for applications that guess while enrolling. Default false. */
  readonly attributes?: boolean
  readonly onProgress?: (progress: LoadProgress) => void
}

/**
 * Face sign-in without a user interface: ceremonies as values. Constructing one touches neither page nor network, so a server may
 * import and construct it; a ceremony that starts there fails with BROWSER_UNSUPPORTED. Two clients share nothing but the browser's
 * store of model files: each has its own worker, and they may run side by side.
 *
 * In each state exactly the actions are legal that it carries; `cancel()` and the `signal` end it from any of them.
 *
 * | state | actions |
 * | --- | --- |
 * | `preparing`, `permission`, `capturing` | none: it goes on by itself |
 * | `deciding` | none: it goes on by itself; `leave()` where the person is enrolled or let in already |
 * | `consent` | `accept(shown)`, `decline()`, `pictures.chooseColours(isWanted)` where pictures are sent |
 * | `new-pin` | `submit(pin)`, `skip()` where a PIN is optional |
 * | `picture-notice` | `proceed()`, `decline()`, `pictures.chooseColours(isWanted)` |
 * | `intro` | `proceed()`, or wait |
 * | `positioning` | `switchCamera(deviceId)` where there are several |
 * | `active` | `holdInstead()` while motion is asked for |
 * | `verifying` | `withoutFlashes()`, `withoutMotion()` where the other one is left |
 * | `pin` | `submit(pin)`, `ratherPasskey()` where the person has one |
 * | `passkey` | `proceed()`, in the handler of a press; `ratherPin()` where the person has one |
 * | `new-passkey` | `add()`, in the handler of a press; `skip()`, `leave()`. The person is enrolled or let in already; after four minutes it goes on |
 * | `retry` | `again()` |
 * | `done`, `failed` | none: it is over |
 *
 * ```ts
 * const client = new MienClient('public id', { endpoint: 'https://face.example' })
 * const ceremony = client.authenticate()
 * ceremony.subscribe((state) => {
 *   if (state.name === 'positioning') hint.textContent = state.guidance
 *   if (state.name === 'active') hint.textContent = state.guidance ?? state.action
 *   if (state.name === 'pin') askForPin().then(state.submit)
 *   if (state.name === 'retry') state.again()
 * })
 * const { resultCode } = await ceremony.result
 * await fetch('/sign-in', { method: 'POST', body: resultCode }) // where the backend redeems it
 * ```
 */
export class MienClient<Offline extends OfflineMode | false = false> {
  /** The worker behind this client, for measuring it and for building other things than ceremonies on it. */
  readonly vision: VisionHost
  #running: Ceremony<CeremonyOutcome> | undefined
  #offline: Promise<OpenedOffline> | undefined

  constructor(
    readonly publicId: string,
    readonly options: MienClientOptions<Offline> = {},
  ) {
    this.vision = createVisionHost(() => startWorker(options.assetBase))
  }

  /** Makes a facial ID for the person in front of the camera. */
  enroll(options: EnrollOptions = {}): Ceremony<DecidedResult<Offline>> {
    return this.#decide('enroll', options)
  }

  /** Recognises the person in front of the camera. */
  authenticate(options: AuthenticateOptions = {}): Ceremony<DecidedResult<Offline>> {
    return this.#decide('authenticate', options)
  }

  /** Whether a live face is in front of the camera, for what a page can know. Nothing of it is sent, so nobody is asked for consent. */
  checkLiveness(options: CeremonyOptions = {}): Ceremony<LivenessResult> {
    return this.#start('liveness', options, (ports, stage) => runLiveness(ports, options, stage))
  }

  /**
   * What the age and gender networks guess of the person in front of the camera, whatever the application's setting for enrolments
   * is. Nothing of it is sent, and there is no consent screen (rule CE66): say on the page why you ask.
   */
  verifyAge(options: CeremonyOptions = {}): Ceremony<AgeResult> {
    return this.#start('age_verify', options, (ports, stage) => runAgeVerify(ports, options, stage))
  }

  /** Fetches models and starts the worker ahead of the first ceremony. Optional. */
  async warmUp(options: WarmUpOptions = {}): Promise<LoadReport> {
    const { signal = new AbortController().signal, pack, attributes = false, onProgress = () => undefined } = options
    const load = { ...this.#loadOptions(), attributes, ...(pack === undefined ? {} : { pack }) }
    return this.vision.call('load', [load, onProgress, signal])
  }

  /**
   * What this device keeps to work without the server: registers it, says what waits, and syncs from now on. To be called while the
   * server can be reached, with each page that is to work without it.
   *
   * @throws MienError REQUEST_INVALID where the option `offline` is not set, NETWORK_IO
   */
  openOffline(): Promise<OfflineDevice> {
    return this.#openOffline()
  }

  /**
   * Forgets the key that this device has for the application, and that somebody wanted no passkey: the next sign-in here is that of an
   * unknown device. What it kept to work without the server goes too. Passkeys stay where they are. What is known of
   * it at the server stays until the site's backend takes the device away.
   *
   * @throws MienError NETWORK_IO (nothing was forgotten), BROWSER_UNSUPPORTED (its store does not open: whether anything lies there is not
   *   known)
   */
  async logoutDevice(): Promise<void> {
    const { forgetOwnDevice } = await loadOffline()
    const { createPasskeyChoice } = await import('./storage/passkey-choice.ts')
    const keys = await this.#openDeviceKeys()
    const where = { endpoint: this.#endpoint(), publicId: this.publicId }
    createPasskeyChoice(where).forget()
    await keys.drop()
    await forgetOwnDevice(where)
  }

  /** Ends a running ceremony with ABORTED and stops the worker. */
  dispose(): void {
    this.#running?.cancel()
    this.vision.stop()
    this.#offline?.then(
      ({ close }) => close(),
      () => undefined,
    )
    this.#offline = undefined
  }

  /** One at a time: there is one camera, and one person in front of it. A second one fails with SESSION_IN_PROGRESS. */
  #start<Result extends CeremonyOutcome>(
    operation: SessionOperation,
    { signal }: CeremonyOptions,
    run: (ports: CeremonyPorts, stage: Stage) => Promise<Result>,
  ): Ceremony<Result> {
    const isBusy = this.#running !== undefined && !isOver(this.#running)
    const ceremony = createCeremony({
      operation,
      signal,
      run: async (stage) => {
        if (isBusy) throw new MienError('SESSION_IN_PROGRESS')
        return run(this.#ports(), stage)
      },
    })
    if (!isBusy) this.#running = ceremony
    return ceremony
  }

  #decide(operation: Operation, options: EnrollOptions): Ceremony<DecidedResult<Offline>> {
    const ceremony = this.#start<CeremonyResult | OfflineResult>(operation, options, async (ports, stage) => {
      const run = this.options.offline ? (await this.#openOffline()).orOffline(runCeremony) : runCeremony
      return run(ports, operation, options, stage)
    })
    return ceremony as Ceremony<DecidedResult<Offline>>
  }

  #openOffline(): Promise<OpenedOffline> {
    this.#offline ??= this.#beginOffline().catch((error) => {
      this.#offline = undefined
      throw error
    })
    return this.#offline
  }

  async #beginOffline(): Promise<OpenedOffline> {
    const { offline: mode, onOffline: onNews } = this.options
    if (!mode) throw new MienError('REQUEST_INVALID', { message: 'This client was made without the option offline' })
    const endpoint = this.#endpoint()
    const { openOffline } = await loadOffline()
    return openOffline({ mode, endpoint, publicId: this.publicId, send, toStatement, onNews })
  }

  #loadOptions(): Omit<LoadOptions, 'pack' | 'attributes'> {
    const { backend = 'auto', tracker = 'onnx', allowSoftwareWebGpu = false } = this.options
    return { endpoint: this.#endpoint(), backend, tracker, allowSoftwareWebGpu }
  }

  async #openDeviceKeys(): Promise<DeviceKeys> {
    const endpoint = this.#endpoint()
    const { createDeviceKeys } = await import('./storage/device-keys.ts')
    return createDeviceKeys({ endpoint, publicId: this.publicId })
  }

  /** @throws MienError NETWORK_IO */
  async #openPasskeys(): Promise<BrowserPasskeys> {
    const { openWebPasskeys } = await import('./passkeys/web-passkeys.ts').catch((cause) => {
      throw new MienError('NETWORK_IO', { cause })
    })
    return openWebPasskeys({ endpoint: this.#endpoint(), publicId: this.publicId })
  }

  /** @throws MienError BROWSER_UNSUPPORTED outside a page */
  #endpoint(): string {
    if (typeof location === 'undefined') throw new MienError('BROWSER_UNSUPPORTED')
    return new URL(this.options.endpoint ?? '/', location.href).href
  }

  /** @throws MienError BROWSER_UNSUPPORTED */
  #ports(): CeremonyPorts {
    requireBrowser()
    const endpoint = this.#endpoint()
    const host = { media: navigator.mediaDevices as MediaDevices | undefined, isSecureContext }
    return {
      publicId: this.publicId,
      origin: location.origin,
      vision: this.vision,
      visionOptions: this.#loadOptions(),
      createApi: (options) => createApiClient({ endpoint, ...options }),
      openCamera: async (options) => (await loadCapture()).openCamera(host, options),
      openFeed: async (stream, signal) => (await loadCapture()).openFrameFeed(stream, signal),
      prefersReducedMotion: () => matchMedia('(prefers-reduced-motion: reduce)').matches,
      now: () => performance.now(),
      nextPaint,
      timestamp: () => new Date().toISOString(),
      hasPasskeys: () => 'PublicKeyCredential' in globalThis,
      openPasskeys: () => this.#openPasskeys(),
      openDeviceKeys: () => this.#openDeviceKeys(),
    }
  }
}

/** @throws MienError NETWORK_IO */
const loadOffline = (): Promise<typeof import('./offline/open-offline.ts')> =>
  import('./offline/open-offline.ts').catch((cause) => {
    throw new MienError('NETWORK_IO', { cause })
  })

const isOver = ({ state }: Ceremony<CeremonyOutcome>): boolean => state.name === 'done' || state.name === 'failed'
