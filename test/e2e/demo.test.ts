import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium } from '../rig/chromium.ts'
import { clipFile } from '../rig/clips.ts'
import { startServer, type TestServer } from '../rig/server.ts'

/** Models, camera and inference on a machine that may be busy with something else. */
const patience = { timeout: 50_000 }

let server: TestServer
let browser: Browser
let page: Page
const complaints: string[] = []
const requests: string[] = []

beforeAll(async () => {
  server = await startServer()
  browser = await launchChromium({ camera: { clip: await clipFile('manB') } })
  page = await browser.newPage()
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => requests.push(request.url()))
  await page.goto(server.url)
})

afterAll(async () => {
  await browser?.close()
  await server?.close()
})

const heading = () => page.getByRole('heading', { level: 1 }).filter({ visible: true })
const waitForHello = (name: string) =>
  heading()
    .filter({ hasText: `Hello, ${name}` })
    .waitFor(patience)
const claims = () => page.locator('#claims').textContent()

test('a visitor enrolls with a name, after reading what that means', async () => {
  await page.getByRole('textbox', { name: 'Your name' }).fill('Ada')
  await page.getByRole('button', { name: 'Set up face sign-in' }).click()
  await page.getByRole('button', { name: 'I agree' }).click(patience)
  await waitForHello('Ada')
  expect(await claims()).toContain('A face was set up')
  expect(await page.locator('#level').textContent()).toBe('A0')
})

test('changes what is stored', async () => {
  await page.getByRole('textbox', { name: 'Your name' }).fill('Ada Lovelace')
  await page.getByRole('button', { name: 'Save' }).click()
  await waitForHello('Ada Lovelace')
  await page.reload()
  await waitForHello('Ada Lovelace')
})

test('signs out and comes back by face alone', async () => {
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Sign in with your face' }).click()
  await waitForHello('Ada Lovelace')
  expect(await claims()).toContain('A face was recognised')
  // On the device of the enrolment.
  expect(await page.locator('#level').textContent()).toBe('A1')
})

test('deletes everything, and is a stranger after that', async () => {
  await page.getByRole('button', { name: 'Delete my face' }).click()
  await page.getByRole('button', { name: 'Yes, delete' }).click()
  await page.getByText('Deleted.', { exact: false }).waitFor(patience)
  await page.getByRole('button', { name: 'Sign in with your face' }).click()
  await page.getByRole('heading', { name: 'You were not recognised' }).waitFor(patience)
  await page.keyboard.press('Escape')
  expect(await heading().textContent()).toContain('Your face')
})

test('only the runtime that is used was fetched: no WebGPU and no MediaPipe without need', () => {
  expect(requests.filter((url) => /ort-wasm-simd-threaded-[\w-]+\.wasm$/.test(url)).length).toBeGreaterThan(0)
  expect(requests.filter((url) => /jspi|asyncify|webgpu|vision_bundle|vision_wasm|tflite/.test(url))).toEqual([])
})

test('nothing on the way was blocked by the page’s own policy or failed unseen', () => {
  expect(complaints).toEqual([])
})
