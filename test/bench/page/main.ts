import type { RgbaImage } from '@mien/shared/vision/types'
import type { LoadOptions, LoadReport } from '../../../packages/client/src/worker/protocol.ts'
import { startWorker } from '../../../packages/client/src/worker/start-worker.ts'
import { createVisionHost } from '../../../packages/client/src/worker/vision-host.ts'
import type { Sample } from '../samples.ts'

/** What the bench calls: one image, held here so that carrying it is not timed. */
export interface BenchPage {
  load(options: LoadOptions, imageUrl: string): Promise<LoadReport>
  time(): Promise<Sample>
  /** Milliseconds from a camera-like frame to pixels. */
  copy(): Promise<number>
}

const host = createVisionHost(() => startWorker())
const { signal } = new AbortController()
let canvas: OffscreenCanvas
let image: RgbaImage

const page: BenchPage = {
  async load(options, imageUrl) {
    const bitmap = await createImageBitmap(await (await fetch(imageUrl)).blob())
    canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
    const context = canvas.getContext('2d', { willReadFrequently: true })!
    context.drawImage(bitmap, 0, 0)
    image = context.getImageData(0, 0, canvas.width, canvas.height)
    return host.call('load', [options, () => undefined, signal])
  },
  async time() {
    const { stageMs, networkMs } = await host.call('timeImage', [image, signal])
    return { stageMs, networkMs }
  },
  async copy() {
    const frame = new VideoFrame(canvas, { timestamp: 0 })
    return host.call('timeCopy', [frame], [frame])
  },
}

Object.assign(window, { bench: page })
