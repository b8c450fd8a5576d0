#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const compiled = new URL('../dist/cli/main.js', import.meta.url)
if (existsSync(fileURLToPath(compiled))) await import(compiled.href)
else {
  console.error('mien is not built yet. Run "npm run build" first.')
  process.exitCode = 1
}
