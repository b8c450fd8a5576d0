import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium } from '../rig/chromium.ts'
import { clipFile } from '../rig/clips.ts'
import { type RecordingProxy, startRecordingProxy } from '../rig/recording-proxy.ts'
import { type Site, startSite } from '../rig/site.ts'

/** Resolves, in the page, with the camera's size and a fingerprint (sum of a grid of pixels) of each of 30 frames in a row. */
const probe = `window.probeCamera = async () => {
  const video = document.createElement('video')
  video.muted = true
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: true })
  await video.play()
  const canvas = new OffscreenCanvas(32, 24)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  const fingerprints = []
  while (fingerprints.length < 30) {
    await new Promise((resolve) => video.requestVideoFrameCallback(resolve))
    context.drawImage(video, 0, 0, 32, 24)
    fingerprints.push(context.getImageData(0, 0, 32, 24).data.reduce((sum, value) => sum + value, 0))
  }
  for (const track of video.srcObject.getTracks()) track.stop()
  return { width: video.videoWidth, height: video.videoHeight, fingerprints }
}`

let browser: Browser
let proxy: RecordingProxy
let scriptHost: Site
let sites: readonly Site[]

beforeAll(async () => {
  proxy = await startRecordingProxy()
  scriptHost = await startSite({ '/probe.js': probe })
  const page = `<!doctype html><title>Shop</title><script src="${scriptHost.origin}/probe.js"></script>`
  sites = await Promise.all([startSite({ '/': page }), startSite({ '/': page })])
  browser = await launchChromium({ camera: { clip: await clipFile('manA') }, proxy: proxy.address })
})

afterAll(async () => {
  await browser?.close()
  await Promise.all([scriptHost, ...(sites ?? []), proxy].map((part) => part?.close()))
})

test('two origins that embed one script each get the moving frames of the clip', async () => {
  for (const site of sites) {
    const page = await browser.newPage()
    await page.goto(site.origin)
    const seen = await page.evaluate<{ width: number; height: number; fingerprints: number[] }>('probeCamera()')
    expect([seen.width, seen.height]).toEqual([640, 480])
    expect(new Set(seen.fingerprints).size).toBeGreaterThan(5)
    await page.close()
  }
})

test.for([
  ['none', /NotFoundError/],
  ['denied', /NotAllowedError/],
] as const)('a machine whose camera is %s gives none', async ([camera, error]) => {
  const other = await launchChromium({ camera })
  try {
    const page = await other.newPage()
    await page.goto(sites[0]!.origin)
    await expect(page.evaluate('probeCamera()')).rejects.toThrow(error)
  } finally {
    await other.close()
  }
})

test('the browser asks nothing of anyone but the pages and their script host', () => {
  const allowed = new Set([scriptHost, ...sites].map((site) => site.origin))
  expect(proxy.requests.length).toBeGreaterThan(0)
  expect(proxy.requests.filter((request) => !allowed.has(request.origin)).map((request) => request.url)).toEqual([])
})
