import mjs from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url&no-inline'
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url'
import * as ort from 'onnxruntime-web/wasm'
import { absolute } from './asset-url.ts'

/** The WebAssembly build: the smallest download that runs everything. */
ort.env.wasm.wasmPaths = { mjs: absolute(mjs, import.meta.url), wasm: absolute(wasm, import.meta.url) }

export { ort }
