import { decodeBase64Url } from '@mien/shared/bytes'
import type { LoadOptions, LoadReport } from '../../../packages/client/src/worker/protocol.ts'
import { startWorker } from '../../../packages/client/src/worker/start-worker.ts'
import { createVisionHost } from '../../../packages/client/src/worker/vision-host.ts'
import { type Facts, toFacts } from '../facts.ts'

/** An RGBA image as it crosses from the test into the page. */
export interface CarriedImage {
  readonly base64url: string
  readonly width: number
  readonly height: number
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
    const { frameId } = await host.call('observe', [image, { depth: 'full', keep: true }, signal])
    return toFacts(await host.call('analyse', [frameId!, { attributes: true }, signal]))
  },
}

Object.assign(window, { parity: page })
