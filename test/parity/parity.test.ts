import { cosine } from '@mien/shared/template/unit-vector'
import { attributeRoles, type Pipeline, pipelineRoles } from '@mien/shared/vision/pipeline'
import type { RgbaImage } from '@mien/shared/vision/types'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Backend, LoadReport } from '../../packages/client/src/worker/protocol.ts'
import { decode } from '../fixtures/decode.ts'
import { faceImages } from '../fixtures/images.ts'
import { launchChromium } from '../rig/chromium.ts'
import { openNodePipeline } from '../rig/node-pipeline.ts'
import { startServer, type TestServer } from '../rig/server.ts'
import type { Site } from '../rig/site.ts'
import { type Facts, toFacts } from './facts.ts'
import { openBrowserPipeline, startParitySite } from './open-page.ts'

/** A software adapter takes seconds for one run of a network, and up to half a minute for the first. */
const softwareGpuLimitMs = 600_000

let site: Site
let server: TestServer
let node: Pipeline
let images: readonly RgbaImage[]
let expected: readonly Facts[]

beforeAll(async () => {
  ;[site, server, node] = await Promise.all([
    startParitySite(),
    startServer(),
    openNodePipeline([...pipelineRoles, ...attributeRoles]),
  ])
  images = await Promise.all((await faceImages()).map(({ bytes }) => decode(bytes)))
  const facts: Facts[] = []
  for (const image of images) facts.push(await analyseInNode(image))
  expected = facts
})

afterAll(async () => {
  await Promise.all([site?.close(), server?.close(), node?.release()])
})

async function analyseInNode(image: RgbaImage): Promise<Facts> {
  const [face] = await node.observe(image)
  return toFacts(await node.analyse(image, face!, { attributes: true }))
}

async function analyseInBrowser(backend: Backend, count: number): Promise<{ report: LoadReport; facts: Facts[] }> {
  const browser = await launchChromium({ webGpu: backend === 'webgpu' })
  try {
    const options = {
      endpoint: server.url,
      backend,
      tracker: 'onnx',
      allowSoftwareWebGpu: true,
      attributes: true,
    } as const
    const { report, analyse } = await openBrowserPipeline(browser, site, options)
    const facts: Facts[] = []
    for (const image of images.slice(0, count)) facts.push(await analyse(image))
    return { report, facts }
  } finally {
    await browser.close()
  }
}

const largestDifference = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i]!)))

function expectSame(label: string, facts: readonly Facts[]): void {
  const pairs = facts.map((found, i) => ({ found, wanted: expected[i]! }))
  const cosines = pairs.map(({ found, wanted }) =>
    cosine(Float32Array.from(found.vector), Float32Array.from(wanted.vector)),
  )
  const live = pairs.map(({ found, wanted }) => Math.abs(found.live - wanted.live))
  const landmarks = pairs.map(({ found, wanted }) => largestDifference(found.landmarks, wanted.landmarks))
  const age = pairs.map(({ found, wanted }) => Math.abs(found.ageYears - wanted.ageYears))
  const male = pairs.map(({ found, wanted }) => Math.abs(found.maleProbability - wanted.maleProbability))
  console.log(
    `${label} against Node, ${facts.length} images: cosine at least ${Math.min(...cosines).toFixed(8)}, ` +
      `live within ${Math.max(...live).toExponential(1)}, landmarks within ${Math.max(...landmarks).toExponential(1)} px, ` +
      `age within ${Math.max(...age).toExponential(1)} years, gender within ${Math.max(...male).toExponential(1)}`,
  )
  expect(new Set(facts.map(({ modelId }) => modelId))).toEqual(new Set([node.modelId]))
  expect(Math.min(...cosines)).toBeGreaterThanOrEqual(0.9999)
  expect(Math.max(...live)).toBeLessThan(1e-3)
  expect(Math.max(...landmarks)).toBeLessThan(0.05)
  expect(Math.max(...age)).toBeLessThan(0.05)
  expect(Math.max(...male)).toBeLessThan(1e-3)
}

test('twenty images give the same template in the browser on WebAssembly as in Node', async () => {
  const { report, facts } = await analyseInBrowser('wasm', 20)
  expect(facts).toHaveLength(20)
  expect(report.backend).toBe('wasm')
  expect(report.threads).toBeGreaterThan(0)
  expectSame('Chromium/WebAssembly', facts)
}, 180_000)

test(
  'three images give the same template in the browser on WebGPU as in Node',
  async () => {
    const { report, facts } = await analyseInBrowser('webgpu', 3)
    expect(report.backend).toBe('webgpu')
    expectSame('Chromium/WebGPU', facts)
  },
  softwareGpuLimitMs,
)
