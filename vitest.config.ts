import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { configDefaults, defineConfig } from 'vitest/config'

/** Not `module`: Node is given them too, and what packages offer bundlers under that name Node cannot always read. */
const conditions = ['source', 'node', 'import', 'default']
const resolve = { resolve: { conditions }, ssr: { resolve: { conditions } } }

const server = 'packages/server/src'
const testsWith = (folder: string, text: RegExp): string[] =>
  readdirSync(join(import.meta.dirname, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name}`)
    .filter((name) => name.endsWith('.test.ts'))
    .filter((name) => text.test(readFileSync(join(import.meta.dirname, name), 'utf8')))

/** Files for a process of their own: they put a module in the place of another, or leave connections to PostgreSQL to its end. */
const apart = testsWith(server, /vi\.(do)?mock\(|engines|DATABASE_URL/i)

/** Far beyond what any test takes on an idle machine: they end what hangs, and nothing that is slow because the machine is. */
const limits = { testTimeout: 180_000, hookTimeout: 300_000 } as const
const usingBrowser = ['test/e2e/**/*.test.ts', 'test/parity/**/*.test.ts']

/** With a PostgreSQL for all servers of a run, what speaks to a server is to be seen once more, and nothing else. */
const isOnPostgres = (process.env.TEST_ENGINE_URL ?? '') !== ''
const whole = isOnPostgres ? ['test/{acceptance,contract,fuzz}/**/*.test.ts'] : ['test/**/*.test.ts']

export default defineConfig({
  ...resolve,
  test: {
    // Two cores: more processes at once only starve each other's inference.
    maxWorkers: 2,
    projects: [
      {
        ...resolve,
        test: {
          name: 'unit',
          include: ['packages/{shared,client}/src/**/*.test.ts', ...apart],
          globalSetup: ['test/rig/set-up-units.ts'],
          ...limits,
        },
      },
      {
        ...resolve,
        test: {
          name: 'unit-server',
          include: [`${server}/**/*.test.ts`],
          exclude: [...configDefaults.exclude, ...apart],
          globalSetup: ['test/rig/set-up-units.ts'],
          // Two processes for all files: to read the server and to compile its database costs more than most files' tests.
          isolate: false,
          ...limits,
        },
      },
      {
        ...resolve,
        test: {
          name: 'whole',
          include: whole,
          exclude: [...configDefaults.exclude, ...usingBrowser],
          globalSetup: ['test/rig/set-up.ts'],
          sequence: { groupOrder: 1 },
          ...limits,
        },
      },
      {
        ...resolve,
        test: {
          name: 'whole-browser',
          include: usingBrowser,
          globalSetup: ['test/rig/set-up.ts'],
          // A browser, a server and a camera that plays in real time share the machine: one file at a time, after the rest.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          // What somebody in front of a camera does too, whose picture came late once: the report names what was tried again.
          retry: 1,
          ...limits,
        },
      },
    ],
  },
})
