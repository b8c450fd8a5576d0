import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { ontoBox } from '@mien/shared/vision/affine'
import { toRaster, toRgbaImage } from '@mien/shared/vision/raster'
import { warpRaster } from '@mien/shared/vision/warp'
import { SingleBar } from 'cli-progress'
import sharp from 'sharp'
import { runModelsCommand } from '../../packages/server/src/models/run-models-command.ts'
import { decodeImage } from '../../packages/server/src/vision/decode-image.ts'
import { mediaFile } from '../fixtures/media.ts'
import { launchChromium } from '../rig/chromium.ts'
import { openBrowserBench } from './browser-bench.ts'
import { openNodeBench } from './node-bench.ts'
import { openPeers, peerNames } from './peers.ts'
import { aroundShare, median, type Sample, stages, totalOf } from './samples.ts'
import { runUfmeBench } from './ufme-bench.ts'
import { runVerdictBench } from './verdict-bench.ts'
import { runVerifiedBench } from './verified-bench.ts'

/**
 * Times from 640 x 480 RGBA in memory to template: the server's pipeline and the widget's worker, one thread each, in turns,
 * so that whatever else the machine does falls on both. Medians; compare ratios, not milliseconds of two machines.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '30' },
    peers: { type: 'boolean', default: false },
    verified: { type: 'boolean', default: false },
    ufme: { type: 'boolean', default: false },
  },
})
const rounds = Math.max(3, Number.parseInt(values.rounds, 10) || 0)
const warmUpRounds = 5

// One part alone: all of them take minutes.
if (values.verified || values.ufme) {
  await (values.verified ? runVerifiedBench() : runUfmeBench(rounds))
  process.exit()
}

await runModelsCommand({ localDirectory: process.env.MIEN_MODELS_DIR })
const file = await readFile(await mediaFile('franck_02683.jpg'))
const image = await toCameraSize(file)
const imageUrl = `data:image/png;base64,${(await encodePng()).toString('base64')}`
const browser = await launchChromium()
const node = await openNodeBench()
const page = await openBrowserBench(browser, imageUrl)
const peers = values.peers ? await openPeers(browser, imageUrl) : undefined

const nodeSamples: Sample[] = []
const pageSamples: Sample[] = []
const decodeMs: number[] = []
const copyMs: number[] = []
const peerMs = new Map<string, number[]>(peerNames.map((name) => [name, []]))
const bar = new SingleBar({ format: 'rounds {bar} {value}/{total}', noTTYOutput: false })
bar.start(rounds + warmUpRounds, 0)
for (let round = -warmUpRounds; round < rounds; round++) {
  const [inNode, inPage] = [await node.time(image), await page.time()]
  const copy = await page.copy()
  const decode = await timeOf(() => decodeImage(file))
  const byPeer = new Map<string, number>()
  for (const name of peers === undefined ? [] : peerNames) byPeer.set(name, await peers!.time(name))
  bar.increment()
  if (round < 0) continue
  nodeSamples.push(inNode)
  pageSamples.push(inPage)
  copyMs.push(copy)
  decodeMs.push(decode)
  for (const [name, ms] of byPeer) peerMs.get(name)!.push(ms)
}
bar.stop()
printReport()
await Promise.all([node.close(), page.close(), peers?.close()])
await browser.close()
await runVerdictBench()
await runVerifiedBench()
await runUfmeBench(rounds)

function printReport(): void {
  const show = (ms: number) => ms.toFixed(2).padStart(9)
  const row = (name: string, of: (sample: Sample) => number) =>
    `${name.padEnd(24)}${show(median(nodeSamples.map(of)))}${show(median(pageSamples.map(of)))}`
  const percent = (samples: readonly Sample[]) => `${(100 * aroundShare(samples)).toFixed(1)} %`.padStart(9)
  const total = median(pageSamples.map(totalOf))
  const withoutPad = median(pageSamples.map((sample) => totalOf(sample) - (sample.stageMs.pad ?? 0)))
  const lines = [
    `640 x 480 RGBA -> template, one thread, median of ${rounds} interleaved rounds, milliseconds`,
    `${''.padEnd(24)}${`Node ${node.runtime}`.padStart(12)}${'Chromium'.padStart(10)}`,
    ...stages.map((stage) => row(stage, ({ stageMs }) => stageMs[stage] ?? 0)),
    row('total', totalOf),
    row('inside the networks', ({ networkMs }) => networkMs),
    `${'not network'.padEnd(24)}${percent(nodeSamples)}${percent(pageSamples)}`,
    '',
    `apart: decoding the JPEG in Node ${median(decodeMs).toFixed(2)}, camera frame to pixels in the worker ${median(copyMs).toFixed(2)}`,
    ...(peers === undefined
      ? []
      : [
          '',
          'the same image in the same browser, WebAssembly, one thread: detection, landmarks, descriptor',
          `mien without presentation-attack detection ${withoutPad.toFixed(1)} (with it ${total.toFixed(1)})`,
          ...peerNames.map((name) => {
            const ms = median(peerMs.get(name)!)
            return `${name} ${ms.toFixed(1)}: ${(ms / withoutPad).toFixed(2)} times (${(ms / total).toFixed(2)} with our presentation-attack detection)`
          }),
        ]),
  ]
  console.log(lines.join('\n'))
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** The largest 4 : 3 part around the middle, brought to what a webcam gives. */
async function toCameraSize(jpeg: Uint8Array) {
  const whole = toRaster(await decodeImage(jpeg))
  const width = Math.min(whole.width, (whole.height * 4) / 3)
  const height = (width * 3) / 4
  const box = { x: (whole.width - width) / 2, y: (whole.height - height) / 2, width, height }
  return toRgbaImage(warpRaster(whole, ontoBox(box, 640, 480), 640, 480, 'replicate'))
}

function encodePng(): Promise<Buffer> {
  const { width, height, data } = image
  return sharp(data, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer()
}
