import { describe, expect, test } from 'vitest'
import { createBodyReader } from './read-limited.ts'

const kilobyte = 1024

/** A body that comes in pieces of 64 KB, when they are sent. */
function upload() {
  let body!: ReadableStreamDefaultController<Uint8Array>
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      body = controller
    },
  })
  // Node asks for `duplex`, which the types of browsers do not know.
  const init = { method: 'POST', body: stream, duplex: 'half' }
  const request = new Request('http://localhost', init)
  return { request, send: () => body.enqueue(new Uint8Array(64 * kilobyte)), end: () => body.close() }
}

const overloaded = expect.objectContaining({ code: 'OVERLOADED' })
/** Lets what was sent arrive. */
const arrival = () => new Promise((resolve) => setImmediate(resolve))

describe('[ER19] bodies that come in at once', () => {
  test('are held up to a limit of all of them together, which is free again afterwards', async () => {
    const read = createBodyReader(256 * kilobyte)
    const [first, second] = [upload(), upload()]
    const reading = read(first.request, 1024 * kilobyte)
    for (let i = 0; i < 6; i++) first.send()
    await arrival()
    const refused = expect(read(second.request, 1024 * kilobyte)).rejects.toEqual(overloaded)
    for (let i = 0; i < 3; i++) second.send()
    await refused
    first.end()
    expect((await reading).length).toBe(384 * kilobyte)
    const third = upload()
    for (let i = 0; i < 6; i++) third.send()
    third.end()
    expect((await read(third.request, 1024 * kilobyte)).length).toBe(384 * kilobyte)
  })

  test('do not count while they are small', async () => {
    const read = createBodyReader(0)
    const small = upload()
    for (let i = 0; i < 2; i++) small.send()
    small.end()
    expect((await read(small.request, 1024 * kilobyte)).length).toBe(128 * kilobyte)
  })

  test('that are refused for their own size hold nothing', async () => {
    const read = createBodyReader(256 * kilobyte)
    for (let i = 0; i < 4; i++) {
      const large = upload()
      for (let piece = 0; piece < 5; piece++) large.send()
      const tooLarge = expect.objectContaining({ code: 'BODY_TOO_LARGE' })
      await expect(read(large.request, 256 * kilobyte)).rejects.toEqual(tooLarge)
    }
  })
})
