import type { KeptFile } from './kept-files.ts'

/** Path below the widget's folder, and integrity. */
export type ListedFile = readonly [path: string, integrity: string]

/**
 * What only some pages use, each of several megabytes: `webgpu` where the networks are to run on a graphics processor without the
 * server too, else they run in WebAssembly; `tracker` for the option `tracker: 'mediapipe'`.
 */
export type WidgetExtra = 'webgpu' | 'tracker'

export interface WidgetFilesOptions {
  /** Absolute, with a slash at the end. */
  readonly folder: string
  readonly extras: readonly WidgetExtra[]
  /** Whether WebAssembly can wait for promises here: it decides which build of the WebGPU runtime the widget takes. */
  readonly canSuspend: boolean
}

/** Those that this browser would load. */
export const widgetFiles = (listed: readonly ListedFile[], options: WidgetFilesOptions): readonly KeptFile[] =>
  listed
    .filter(([path]) => isWanted(path, options))
    .map(([path, integrity]) => ({ url: options.folder + path, integrity }))

function isWanted(path: string, { extras, canSuspend }: WidgetFilesOptions): boolean {
  if (/mediapipe|vision_(bundle|wasm)/.test(path)) return extras.includes('tracker')
  if (/jspi/.test(path)) return extras.includes('webgpu') && canSuspend
  if (/asyncify|webgpu/.test(path)) return extras.includes('webgpu') && !canSuspend
  return true
}
