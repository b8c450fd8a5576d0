import { afterAll, beforeAll, expect, test } from 'vitest'
import { scriptBytesBeforeWorker, weighPage } from '../rig/page-weight.ts'
import { startServer, type TestServer } from '../rig/server.ts'

let server: TestServer
let publicId = ''

beforeAll(async () => {
  server = await startServer()
  publicId = (await server.admin.createApplication({ name: 'Shop' })).public_id
})

afterAll(() => server?.close())

/** Ukrainian is the longest. */
test.each(['en', 'ja', 'uk'])(
  'a page with the script tag fetches at most 40 KB of script (brotli) before the worker starts, in %s',
  async (locale) => {
    const parts = await weighPage(server.url, publicId, locale)
    const scripts = parts.filter(({ path, isBeforeWorker }) => isBeforeWorker && path.endsWith('.js'))
    expect(scripts.map(({ path }) => path)).toEqual(expect.arrayContaining(['/fio.js', '/widget.js']))
    expect(scriptBytesBeforeWorker(parts), JSON.stringify(scripts)).toBeLessThanOrEqual(40_000)
    // [PK13] Nobody here is asked for a passkey, nor does anything here work without the server.
    expect(parts.map(({ path }) => path).filter((path) => /web-passkeys|passkey-views|offline/.test(path))).toEqual([])
  },
)
