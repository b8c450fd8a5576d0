import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

/** In a Node of its own, which has no page and where nothing else has been imported before. @returns what `script` prints */
async function runOnServer(script: string): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', '--conditions=source', '--input-type=module', '--eval', script],
    { cwd: join(import.meta.dirname) },
  )
  return stdout
}

/** Prints what `work` leaves behind in a server's process. */
const watched = (work: string): string => `
  const before = new Set(Object.getOwnPropertyNames(globalThis))
  ${work}
  const added = Object.getOwnPropertyNames(globalThis).filter((name) => !before.has(name))
  console.log(JSON.stringify({ seen, added, handles: process.getActiveResourcesInfo() }))
`

async function expectNothingLeft(script: string): Promise<unknown> {
  const { seen, added, handles } = JSON.parse(await runOnServer(watched(script)))
  // zod keeps its settings there, so that two copies of it agree.
  expect(added.filter((name: string) => !name.startsWith('__zod_'))).toEqual([])
  expect(handles.filter((handle: string) => !/^(Pipe|TTY|FSReq)/.test(handle))).toEqual([])
  return seen
}

describe('on a server: no page, no network, nothing left behind', () => {
  it('the package can be imported and faceIO constructed', async () => {
    const seen = await expectNothingLeft(`
      const { faceIO, MienClient, fioErrCode, FioError, MienError, Refusal } = await import('./index.ts')
      const widget = new faceIO('mp_test', { endpoint: 'https://face.example' })
      await widget.ready
      const seen = [await widget.enroll().catch((error) => error.code), fioErrCode.UI_NOT_READY]
    `)
    expect(seen).toEqual([12, 12])
  })

  it('@mien/client/element can be imported, and defines nothing', async () => {
    const seen = await expectNothingLeft(`
      const { defineMienFace } = await import('@mien/client/element')
      defineMienFace()
      const seen = typeof customElements
    `)
    expect(seen).toBe('undefined')
  })

  it('@mien/client/fiojs can be imported and constructed', async () => {
    const seen = await expectNothingLeft(`
      const { faceIO, fioErrCode } = await import('@mien/client/fiojs')
      const seen = [await new faceIO('mp_test').authenticate().catch((error) => error), fioErrCode.UI_NOT_READY]
    `)
    expect(seen).toEqual([12, 12])
  })

  it('@mien/client/react can be imported', async () => {
    const seen = await expectNothingLeft(`
      const { FaceSignIn, useMien } = await import('@mien/client/react')
      const seen = [typeof FaceSignIn, typeof useMien]
    `)
    expect(seen).toEqual(['function', 'function'])
  })
})
