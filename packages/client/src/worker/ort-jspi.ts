import * as ort from 'onnxruntime-web/jspi'
import mjs from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.mjs?url&no-inline'
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm?url'
import { absolute } from './asset-url.ts'

/** WebGPU and WebAssembly in one build, for browsers that can suspend WebAssembly on a promise. */
ort.env.wasm.wasmPaths = { mjs: absolute(mjs, import.meta.url), wasm: absolute(wasm, import.meta.url) }

export { ort }
