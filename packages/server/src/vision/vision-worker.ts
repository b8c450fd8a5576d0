import { parentPort, workerData } from 'node:worker_threads'
import { toMienError } from '@mien/shared/errors'
import { findPack } from '@mien/shared/vision/manifest'
import { attributeRoles, type Pipeline, pipelineRoles } from '@mien/shared/vision/pipeline'
import { loadManifest } from '../models/load-manifest.ts'
import { analyseImage } from './analyse-image.ts'
import { openPipeline } from './open-pipeline.ts'
import type { CheckRequest, VisionReply, VisionRequest, VisionWorkerData } from './worker-protocol.ts'

/** A thread with one pipeline. The pool sends one request at a time. */
const { manifestPath, ...options } = workerData as VisionWorkerData
const port = parentPort!
const send = (reply: VisionReply) => port.postMessage(reply)

/** Inside the inference runtime, for the picture that is being looked at. */
let networkMs = 0

function sendError(thrown: unknown, id?: number): void {
  const { code, message, details } = toMienError(thrown)
  send({ kind: 'error', code, message, details, ...(id === undefined ? {} : { id }) })
}

async function answer(pipeline: Pipeline, request: VisionRequest | CheckRequest): Promise<void> {
  const { id } = request
  try {
    if ('check' in request) {
      await pipeline.warmUp()
      return send({ kind: 'checked', id })
    }
    const { file, ...options } = request
    networkMs = 0
    const start = performance.now()
    const elapsed = () => performance.now() - start
    let decodeMs = 0
    const value = await analyseImage(pipeline, file, { ...options, onDecoded: () => (decodeMs = elapsed()) })
    send({ kind: 'result', id, value, times: { decodeMs, networkMs, totalMs: elapsed() } })
  } catch (error) {
    sendError(error, id)
  }
}

try {
  const manifest = await loadManifest(manifestPath)
  const pack = findPack(manifest, options.pack)
  // Small networks: opened wherever the pack has them, so that a request may ask for attributes at any time.
  const roles = pack.age && pack.gender ? [...pipelineRoles, ...attributeRoles] : pipelineRoles
  const pipeline = await openPipeline({ manifest, ...options, roles, onRun: (ms) => (networkMs += ms) })
  await pipeline.warmUp()
  port.on('message', (request: VisionRequest | CheckRequest) => void answer(pipeline, request))
  send({ kind: 'ready' })
} catch (error) {
  sendError(error)
}
