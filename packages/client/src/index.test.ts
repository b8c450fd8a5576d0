import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

/** Runs in a Node of its own, which has no page and where nothing else has been imported before. */
const script = `
  const before = new Set(Object.getOwnPropertyNames(globalThis))
  const { faceIO, MienClient, fioErrCode, FioError, MienError, Refusal } = await import('./index.ts')
  const widget = new faceIO('mp_test', { endpoint: 'https://face.example' })
  await widget.ready
  const code = await widget.enroll().catch((error) => error.code)
  const added = Object.getOwnPropertyNames(globalThis).filter((name) => !before.has(name))
  console.log(JSON.stringify({ code, expected: fioErrCode.UI_NOT_READY, added, handles: process.getActiveResourcesInfo() }))
`

it('can be imported and constructed on a server: no page, no network, nothing left behind', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', '--conditions=source', '--input-type=module', '--eval', script],
    { cwd: join(import.meta.dirname) },
  )
  const seen = JSON.parse(stdout)
  expect(seen.code).toBe(seen.expected)
  // zod keeps its settings there, so that two copies of it agree.
  expect(seen.added.filter((name: string) => !name.startsWith('__zod_'))).toEqual([])
  expect(seen.handles.filter((handle: string) => !/^(Pipe|TTY|FSReq)/.test(handle))).toEqual([])
})
