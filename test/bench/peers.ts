import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import { startFolderSite } from '../rig/site.ts'

const packages = ['@vladmandic/human@3.3.6', '@vladmandic/face-api@1.7.15', '@tensorflow/tfjs-backend-wasm@4.22.0']

export const peerNames = ['@vladmandic/human', '@vladmandic/face-api'] as const

export interface Peers {
  /** Milliseconds for detection, landmarks and descriptor of the one face. */
  time(peer: (typeof peerNames)[number]): Promise<number>
  close(): Promise<void>
}

/**
 * Two other libraries on their WebAssembly backends in the same browser, installed into a temporary folder and never a
 * dependency of ours. The page is not isolated, so they too have one thread. Neither does anything here against
 * presentation attacks; their networks and accuracy are others than ours, so only the times compare.
 */
export async function openPeers(browser: Browser, imageUrl: string): Promise<Peers> {
  const folder = await mkdtemp(join(tmpdir(), 'mien-peers-'))
  const flags = [
    '--prefix',
    folder,
    '--ignore-scripts',
    '--legacy-peer-deps',
    '--no-audit',
    '--no-fund',
    '--no-package-lock',
  ]
  await promisify(execFile)('npm', ['install', ...flags, ...packages])
  await writeFile(
    join(folder, 'peers.html'),
    '<!doctype html><title>Peers</title><script type="module" src="peers.js"></script>',
  )
  await writeFile(join(folder, 'peers.js'), pageScript)
  const site = await startFolderSite(folder)
  const page = await browser.newPage()
  await page.goto(`${site.origin}/peers.html`)
  await page.waitForFunction('window.peers !== undefined')
  await page.evaluate(`peers.load(${JSON.stringify(imageUrl)})`)
  return {
    time: (peer) => page.evaluate<number>(`peers.time(${JSON.stringify(peer)})`),
    async close() {
      await page.close()
      await site.close()
      await rm(folder, { recursive: true })
    },
  }
}

/** Human remembers results of similar frames (`cacheSensitivity`); that is off, so that each pass is a whole one. */
const pageScript = `
import { Human } from '/node_modules/@vladmandic/human/dist/human.esm.js'
import * as faceapi from '/node_modules/@vladmandic/face-api/dist/face-api.esm.js'
const wasmPath = '/node_modules/@tensorflow/tfjs-backend-wasm/dist/'
const off = { enabled: false }
let canvas, human
const passes = {
  '@vladmandic/human': async () => {
    const { face } = await human.detect(canvas)
    return face.length === 1 && face[0].embedding.length > 0
  },
  '@vladmandic/face-api': async () => {
    const options = new faceapi.TinyFaceDetectorOptions({ inputSize: 320 })
    const face = await faceapi.detectSingleFace(canvas, options).withFaceLandmarks(true).withFaceDescriptor()
    return face?.descriptor.length === 128
  },
}
window.peers = {
  async load(imageUrl) {
    const bitmap = await createImageBitmap(await (await fetch(imageUrl)).blob())
    canvas = document.createElement('canvas')
    canvas.width = bitmap.width
    canvas.height = bitmap.height
    canvas.getContext('2d', { willReadFrequently: true }).drawImage(bitmap, 0, 0)
    human = new Human({
      backend: 'wasm', wasmPath, modelBasePath: '/node_modules/@vladmandic/human/models/', cacheSensitivity: 0, debug: false,
      filter: off, gesture: off, body: off, hand: off, object: off, segmentation: off,
      face: { enabled: true, detector: { maxDetected: 1 }, mesh: { enabled: true }, description: { enabled: true }, iris: off, emotion: off, antispoof: off, liveness: off },
    })
    await human.load()
    faceapi.tf.setWasmPaths(wasmPath)
    await faceapi.tf.setBackend('wasm')
    await faceapi.tf.ready()
    const models = '/node_modules/@vladmandic/face-api/model/'
    await faceapi.nets.tinyFaceDetector.loadFromUri(models)
    await faceapi.nets.faceLandmark68TinyNet.loadFromUri(models)
    await faceapi.nets.faceRecognitionNet.loadFromUri(models)
    for (const pass of Object.values(passes)) for (let i = 0; i < 3; i++) await pass()
  },
  async time(peer) {
    const start = performance.now()
    if (!(await passes[peer]())) throw new Error(peer + ' gave no descriptor')
    return performance.now() - start
  },
}
`
