import { parentPort, workerData } from 'node:worker_threads'
import { toMienError } from '@mien/shared/errors'
import { findPack } from '@mien/shared/vision/manifest'
import { attributeRoles, type Pipeline, pipelineRoles } from '@mien/shared/vision/pipeline'
import { loadManifest } from '../models/load-manifest.ts'
import { analyseImage } from './analyse-image.ts'
import { openPipeline } from './open-pipeline.ts'
import type { VisionReply, VisionRequest, VisionWorkerData } from './worker-protocol.ts'

/** A thread with one pipeline. The pool sends one request at a time. */
const { manifestPath, ...options } = workerData as VisionWorkerData
const port = parentPort!
const send = (reply: VisionReply) => port.postMessage(reply)

function sendError(thrown: unknown, id?: number): void {
  const { code, message, details } = toMienError(thrown)
  send({ kind: 'error', code, message, details, ...(id === undefined ? {} : { id }) })
}

async function answer(pipeline: Pipeline, { id, file, ...request }: VisionRequest): Promise<void> {
  try {
    send({ kind: 'result', id, value: await analyseImage(pipeline, file, request) })
  } catch (error) {
    sendError(error, id)
  }
}

try {
  const manifest = await loadManifest(manifestPath)
  const pack = findPack(manifest, options.pack)
  // Small networks: opened wherever the pack has them, so that a request may ask for attributes at any time.
  const roles = pack.age && pack.gender ? [...pipelineRoles, ...attributeRoles] : pipelineRoles
  const pipeline = await openPipeline({ manifest, ...options, roles })
  await pipeline.warmUp()
  port.on('message', (request: VisionRequest) => void answer(pipeline, request))
  send({ kind: 'ready' })
} catch (error) {
  sendError(error)
}
