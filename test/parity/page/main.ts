import { decodeBase64Url } from '@mien/shared/bytes'
import type { LoadOptions, LoadReport } from '../../../packages/client/src/worker/protocol.ts'
import { startWorker } from '../../../packages/client/src/worker/start-worker.ts'
import { createVisionHost } from '../../../packages/client/src/worker/vision-host.ts'

/** An RGBA image as it crosses from the test into the page. */
export interface CarriedImage {
  readonly base64url: string
  readonly width: number
  readonly height: number
}

/** What a host made of an image, as plain numbers. */
export interface Facts {
  readonly modelId: string
  readonly vector: readonly number[]
  readonly live: number
  readonly landmarks: readonly number[]
}

export interface ParityPage {
  load(options: LoadOptions): Promise<LoadReport>
  analyse(image: CarriedImage): Promise<Facts>
}

const host = createVisionHost(() => startWorker())
const { signal } = new AbortController()

const page: ParityPage = {
  load: (options) => host.call('load', [options, () => undefined, signal]),
  async analyse({ base64url, width, height }) {
    const image = { data: new Uint8ClampedArray(decodeBase64Url(base64url)), width, height }
    const { template, pad, landmarks } = await host.call('analyseImage', [image, signal])
    return { modelId: template.modelId, vector: [...template.vector], live: pad.live, landmarks: [...landmarks] }
  },
}

Object.assign(window, { parity: page })
