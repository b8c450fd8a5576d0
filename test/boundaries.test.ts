import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { cruise, type ICruiseOptions } from 'dependency-cruiser'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cacheFolder } from './rig/cache.ts'

/** A file that breaks a rule, what it imports, and the rule. Types count like values: they couple just as much. */
const violations = [
  ['packages/shared/src/vision/a.ts', "import type { B } from '../api/b.ts'", 'vision-is-pure'],
  ['packages/shared/src/a.ts', "import 'comlink'", 'shared-is-a-leaf'],
  ['packages/client/src/a.ts', "import type { B } from '../../server/src/b.ts'", 'client-not-server'],
  ['packages/server/src/a.ts', "import type { B } from '../../client/src/b.ts'", 'server-not-client'],
  ['packages/client/src/ui/a.ts', "import type { Tensor } from 'onnxruntime-web/wasm'", 'ort-web-in-the-worker'],
  ['packages/server/src/http/a.ts', "import { Tensor } from 'onnxruntime-node'", 'ort-in-server-vision'],
  ['packages/client/src/offline/a.ts', "import { openDB } from 'idb'", 'idb-in-storage'],
  ['packages/server/src/domain/a.ts', "import type { Hono } from 'hono'", 'domain-knows-no-edge'],
  ['packages/server/src/domain/b.ts', "export type { B } from '../db/b.ts'", 'domain-knows-no-edge'],
  ['packages/server/src/search/a.ts', "import type { B } from '../db/b.ts'", 'search-knows-vectors-only'],
  ['packages/server/src/surfaces/one/a.ts', "import type { B } from '../two/b.ts'", 'a-surface-stands-alone'],
] as const

const targets = [
  'packages/shared/src/api/b.ts',
  'packages/server/src/b.ts',
  'packages/client/src/b.ts',
  'packages/server/src/db/b.ts',
  'packages/server/src/surfaces/two/b.ts',
]

const configPath = join(import.meta.dirname, '..', '.dependency-cruiser.mjs')
let folder: string

beforeAll(async () => {
  await mkdir(cacheFolder, { recursive: true })
  folder = await mkdtemp(join(cacheFolder, 'boundaries-'))
  await Promise.all(targets.map((path) => put(path, 'export type B = 1\n')))
  await Promise.all(violations.map(([path, line]) => put(path, `${line}\n`)))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true })
  await writeFile(join(folder, path), text)
}

async function brokenRules(path: string): Promise<readonly string[]> {
  const { forbidden, options } = (await import(configPath)).default
  const settings: ICruiseOptions = { ...options, baseDir: folder, ruleSet: { forbidden }, validate: true }
  const result = await cruise([path], settings)
  const { output } = result
  if (typeof output === 'string') throw new Error(output)
  return output.summary.violations.filter(({ from }) => from === path).map(({ rule }) => rule.name)
}

test.for(violations)('the boundary check refuses %s with %s', async ([path, , rule]) => {
  expect(await brokenRules(path)).toContain(rule)
})
