import { defineConfig } from 'vitest/config'

const conditions = ['source', 'module', 'node', 'import', 'default']
const resolve = { resolve: { conditions }, ssr: { resolve: { conditions } } }

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
          include: ['packages/*/src/**/*.test.ts'],
          globalSetup: ['test/rig/set-up-units.ts'],
          testTimeout: 30_000,
          hookTimeout: 120_000,
        },
      },
      {
        ...resolve,
        test: {
          name: 'whole',
          include: ['test/**/*.test.ts'],
          globalSetup: ['test/rig/set-up.ts'],
          // A browser, a server and a camera that plays in real time share the machine: one file at a time, after the rest.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
})
