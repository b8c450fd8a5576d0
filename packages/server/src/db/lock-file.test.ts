import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { takeLockFile } from './lock-file.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mien-lock-'))
  path = join(folder, 'mien.lock')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const locked = expect.objectContaining({ code: 'DATABASE_LOCKED' })
const module = new URL('./lock-file.ts', import.meta.url).href
const holder = (after: string) => [
  '--conditions=source',
  '--import',
  'tsx',
  '--input-type=module',
  '-e',
  `import { takeLockFile } from '${module}'; takeLockFile('${path}'); ${after}`,
]

test('[ST30] one holder at a time, and the next after release', () => {
  const first = takeLockFile(path)
  expect(() => takeLockFile(path)).toThrow(locked)
  first.release()
  expect(existsSync(path)).toBe(false)
  takeLockFile(path).release()
})

test('[ST31] a running process keeps its lock; after kill -9 it is taken over', async () => {
  const child = spawn(process.execPath, holder("console.log('held'); setInterval(() => {}, 1000)"), { stdio: 'pipe' })
  await once(child.stdout, 'data')
  expect(() => takeLockFile(path)).toThrow(locked)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(existsSync(path)).toBe(true)
  takeLockFile(path).release()
})

test('[ST31] another process is refused while this one holds', () => {
  const mine = takeLockFile(path)
  const other = spawnSync(process.execPath, holder(''), { encoding: 'utf8' })
  expect(other.status).not.toBe(0)
  expect(other.stderr).toContain('DATABASE_LOCKED')
  mine.release()
})

test('[ST32] a lock of an earlier boot, of a reused pid or without a pid is stale', () => {
  for (const content of ['1 00000000-0000-0000-0000-000000000000 1\n', `${process.pid} x 1\n`, 'garbage', '']) {
    writeFileSync(path, content)
    const lock = takeLockFile(path)
    expect(readFileSync(path, 'utf8')).toMatch(new RegExp(`^${process.pid} `))
    lock.release()
  }
})

test('[ST30] whoever sees the lock can read who holds it, so that nobody takes it from one who is just starting', async () => {
  // A file that is not there yet, or no longer, cannot be read: that is no finding.
  const watch = `import { readFileSync } from 'node:fs'; console.log('watching')
    for (const end = Date.now() + 1500; Date.now() < end; ) {
      try { if (readFileSync('${path}', 'utf8') === '') { console.log('EMPTY'); break } } catch {}
    }`
  const watcher = spawn(process.execPath, ['--input-type=module', '-e', watch], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let seen = ''
  watcher.stdout.on('data', (chunk) => (seen += chunk))
  await once(watcher.stdout, 'data')
  const ended = once(watcher, 'exit')
  while (watcher.exitCode === null) {
    for (let i = 0; i < 50; i++) takeLockFile(path).release()
    await new Promise(setImmediate)
  }
  await ended
  expect(seen).toBe('watching\n')
})
