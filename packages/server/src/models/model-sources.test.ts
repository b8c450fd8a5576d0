import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { readHttps } from './model-sources.ts'

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

/** The scheme is the manifest's to check; the reading is the same without encryption. */
async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener)
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/model.onnx`
}

test('the bytes of the answer, with progress', async () => {
  const url = await serve((_, response) => response.end('weights'))
  const progress: number[] = []
  const bytes = await readHttps({ url, maxBytes: 7, onProgress: (received) => progress.push(received) })
  expect(new TextDecoder().decode(bytes)).toBe('weights')
  expect(progress.at(-1)).toBe(7)
})

test('an answer that is longer than the file may be: MODEL_HASH_MISMATCH', async () => {
  const url = await serve((_, response) => response.end('weights'))
  await expect(readHttps({ url, maxBytes: 6 })).rejects.toMatchObject({ code: 'MODEL_HASH_MISMATCH' })
})

test('an error answer, a broken one and none: MODEL_SOURCE_UNREACHABLE', async () => {
  const unreachable = { code: 'MODEL_SOURCE_UNREACHABLE' }
  const missing = await serve((_, response) => response.writeHead(404).end())
  await expect(readHttps({ url: missing, maxBytes: 9 })).rejects.toMatchObject(unreachable)
  server?.close()
  const broken = await serve((_, response) => {
    response.writeHead(200, { 'content-length': '9' }).write('wei')
    setTimeout(() => response.destroy(), 20)
  })
  await expect(readHttps({ url: broken, maxBytes: 9 })).rejects.toMatchObject(unreachable)
  await expect(readHttps({ url: 'http://127.0.0.1:9/', maxBytes: 9 })).rejects.toMatchObject(unreachable)
})

test('a cancelled read: ABORTED', async () => {
  const url = await serve((_, response) => response.write('wei'))
  const controller = new AbortController()
  const reading = readHttps({ url, maxBytes: 9, onProgress: () => controller.abort(), signal: controller.signal })
  await expect(reading).rejects.toMatchObject({ code: 'ABORTED' })
})
