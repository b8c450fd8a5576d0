import type { Detection, FaceDetector } from '@mediapipe/tasks-vision'
import loader from '@mediapipe/tasks-vision/vision_wasm_module_internal.js?url&no-inline'
import wasm from '@mediapipe/tasks-vision/vision_wasm_module_internal.wasm?url'
import { MienError } from '@mien/shared/errors'
import type { FaceDetection } from '@mien/shared/vision/types'
import { absolute } from './asset-url.ts'
import type { FaceTracker } from './face-tracker.ts'

/**
 * MediaPipe's face detector, version 0.10.35 exactly: later ones send usage reports to their maker.
 * Loaded lazily, because it weighs more than everything else together.
 *
 * @throws MienError RUNTIME_UNAVAILABLE
 */
export async function openMediaPipeTracker(model: Uint8Array): Promise<FaceTracker> {
  const detector = await openDetector(model).catch((cause) => {
    throw new MienError('RUNTIME_UNAVAILABLE', { cause, details: { model: 'tracker' } })
  })
  return {
    async track({ data, width, height }) {
      const pixels = data instanceof Uint8ClampedArray ? data : new Uint8ClampedArray(data)
      // Its typings want an ImageData, and so does its code.
      const image = new ImageData(pixels as Uint8ClampedArray<ArrayBuffer>, width, height)
      const found = detector.detect(image).detections.flatMap(toDetection)
      return found.sort((a, b) => b.box.width * b.box.height - a.box.width * a.box.height)
    },
    release: () => detector.close(),
  }
}

async function openDetector(model: Uint8Array): Promise<FaceDetector> {
  const { FaceDetector } = await import('@mediapipe/tasks-vision')
  // A module worker needs the `module` build: the other one calls importScripts.
  const files = {
    wasmLoaderPath: absolute(loader, import.meta.url),
    wasmBinaryPath: absolute(wasm, import.meta.url),
  }
  return FaceDetector.createFromOptions(files, {
    baseOptions: { modelAssetBuffer: model, delegate: 'CPU' },
    runningMode: 'IMAGE',
  })
}

function toDetection({ boundingBox, categories }: Detection): FaceDetection[] {
  if (boundingBox === undefined) return []
  const { originX: x, originY: y, width, height } = boundingBox
  return [{ box: { x, y, width, height }, score: categories[0]?.score ?? 0 }]
}
