import type { Operation } from '@mien/shared/api/fields'
import { MienError } from '@mien/shared/errors'
import { openFrameFeed } from './camera/frame-feed.ts'
import { openCamera } from './camera/open-camera.ts'
import { createCeremony } from './ceremony/create-ceremony.ts'
import type { CeremonyPorts } from './ceremony/ports.ts'
import { runCeremony } from './ceremony/run-ceremony.ts'
import type { AuthenticateOptions, Ceremony, EnrollOptions } from './ceremony/state.ts'
import { createApiClient } from './http/api-client.ts'
import { requireBrowser } from './require-browser.ts'
import type { LoadOptions, LoadProgress, LoadReport } from './worker/protocol.ts'
import { startWorker } from './worker/start-worker.ts'
import { createVisionHost, type VisionHost } from './worker/vision-host.ts'

export interface MienClientOptions {
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
}

export interface WarmUpOptions {
  readonly signal?: AbortSignal
  /** Name of the model pack. Default: the first one that the server offers. */
  readonly pack?: string
  readonly onProgress?: (progress: LoadProgress) => void
}

/** Face sign-in without a user interface: ceremonies as values. Constructing one touches neither page nor network. */
export class MienClient {
  /** The worker behind this client, for measuring it and for building other things than ceremonies on it. */
  readonly vision: VisionHost
  #running: Ceremony | undefined

  constructor(
    readonly publicId: string,
    readonly options: MienClientOptions = {},
  ) {
    this.vision = createVisionHost(() => startWorker(options.assetBase))
  }

  enroll(options: EnrollOptions = {}): Ceremony {
    return this.#start('enroll', options)
  }

  authenticate(options: AuthenticateOptions = {}): Ceremony {
    return this.#start('authenticate', options)
  }

  /** Fetches models and starts the worker ahead of the first ceremony. Optional. */
  async warmUp(options: WarmUpOptions = {}): Promise<LoadReport> {
    const { signal = new AbortController().signal, pack, onProgress = () => undefined } = options
    const load = { ...this.#loadOptions(), ...(pack === undefined ? {} : { pack }) }
    return this.vision.call('load', [load, onProgress, signal])
  }

  /** Ends a running ceremony with ABORTED and stops the worker. */
  dispose(): void {
    this.#running?.cancel()
    this.vision.stop()
  }

  /** One at a time: there is one camera, and one person in front of it. A second one fails with SESSION_IN_PROGRESS. */
  #start(operation: Operation, options: EnrollOptions): Ceremony {
    const isBusy = this.#running !== undefined && !isOver(this.#running)
    const ceremony = createCeremony({
      operation,
      signal: options.signal,
      run: async (stage) => {
        if (isBusy) throw new MienError('SESSION_IN_PROGRESS')
        return runCeremony(this.#ports(), operation, options, stage)
      },
    })
    if (!isBusy) this.#running = ceremony
    return ceremony
  }

  #loadOptions(): Omit<LoadOptions, 'pack'> {
    const { backend = 'auto', tracker = 'onnx', allowSoftwareWebGpu = false } = this.options
    return { endpoint: this.#endpoint(), backend, tracker, allowSoftwareWebGpu, attributes: false }
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
      openCamera: (options) => openCamera(host, options),
      openFeed: openFrameFeed,
      now: () => performance.now(),
      timestamp: () => new Date().toISOString(),
    }
  }
}

const isOver = ({ state }: Ceremony): boolean => state.name === 'done' || state.name === 'failed'
