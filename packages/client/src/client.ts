import { MienError } from '@mien/shared/errors'
import type { AuthenticateOptions, Ceremony, EnrollOptions } from './ceremony/state.ts'

export interface MienClientOptions {
  /** Address of the Mien server, for example `https://face.example`. Default: the page's own origin. */
  readonly endpoint?: string
  /** `auto` takes WebGPU when there is a hardware adapter, else WebAssembly. */
  readonly backend?: 'auto' | 'wasm' | 'webgpu'
  /** What follows the face between captures. Captured frames always go through the ONNX detector and landmarks. */
  readonly tracker?: 'onnx' | 'mediapipe'
  /** Where the worker and the WebAssembly lie, when not beside the module itself. */
  readonly assetBase?: string
  /** Takes a software WebGPU adapter too: correct and very slow, for tests. */
  readonly allowSoftwareWebGpu?: boolean
}

/** Face sign-in without a user interface: ceremonies as values. Constructing one touches neither page nor network. */
export class MienClient {
  constructor(
    readonly publicId: string,
    readonly options: MienClientOptions = {},
  ) {}

  enroll(_options: EnrollOptions = {}): Ceremony {
    throw new MienError('BROWSER_UNSUPPORTED')
  }

  authenticate(_options: AuthenticateOptions = {}): Ceremony {
    throw new MienError('BROWSER_UNSUPPORTED')
  }

  /** Fetches models and starts the worker ahead of the first ceremony. Optional. */
  async warmUp(_options: { signal?: AbortSignal } = {}): Promise<void> {}

  /** Ends a running ceremony with ABORTED and stops the worker. */
  dispose(): void {}
}
