import { expect, it } from 'vitest'
import { type ListedFile, type WidgetExtra, widgetFiles } from './widget-files.ts'

const listed: readonly ListedFile[] = [
  'widget.js',
  'assets/ort-wasm-A.js',
  'assets/ort-wasm-simd-threaded-A.wasm',
  'assets/ort-webgpu-A.js',
  'assets/ort-wasm-simd-threaded.asyncify-A.wasm',
  'assets/ort-jspi-A.js',
  'assets/ort-wasm-simd-threaded.jspi-A.mjs',
  'assets/mediapipe-tracker-A.js',
  'assets/vision_wasm_module_internal-A.wasm',
  'vision-worker.js',
].map((path) => [path, `sha384-${path}`])

const pathsOf = (extras: readonly WidgetExtra[], canSuspend = false) =>
  widgetFiles(listed, { folder: 'https://face.example/', extras, canSuspend }).map(({ url }) => new URL(url).pathname)

const always = ['/widget.js', '/assets/ort-wasm-A.js', '/assets/ort-wasm-simd-threaded-A.wasm']

it('[OF17] keeps what every page may load, and of the large extras what was asked for and this browser would take', () => {
  expect(pathsOf([])).toEqual([...always, '/vision-worker.js'])
  const asyncify = ['/assets/ort-webgpu-A.js', '/assets/ort-wasm-simd-threaded.asyncify-A.wasm']
  expect(pathsOf(['webgpu'])).toEqual([...always, ...asyncify, '/vision-worker.js'])
  const jspi = ['/assets/ort-jspi-A.js', '/assets/ort-wasm-simd-threaded.jspi-A.mjs']
  expect(pathsOf(['webgpu'], true)).toEqual([...always, ...jspi, '/vision-worker.js'])
  const tracker = ['/assets/mediapipe-tracker-A.js', '/assets/vision_wasm_module_internal-A.wasm']
  expect(pathsOf(['tracker'])).toEqual([...always, ...tracker, '/vision-worker.js'])
})
