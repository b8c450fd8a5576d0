import mjs from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url&no-inline'
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url'
import * as ort from 'onnxruntime-web/webgpu'
import { absolute } from './asset-url.ts'

/** WebGPU and WebAssembly in one build that suspends by rewriting the code: larger and slower than the `jspi` one. */
ort.env.wasm.wasmPaths = { mjs: absolute(mjs, import.meta.url), wasm: absolute(wasm, import.meta.url) }

export { ort }
