import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join, resolve as resolvePath } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { constants, createBrotliCompress, createGzip } from 'node:zlib'
import { build, defineConfig, type Plugin, type Rolldown } from 'vite'

const client = join(import.meta.dirname, 'packages/client')
const outDir = join(client, 'dist/web')
const resolve = { conditions: ['source', 'module', 'browser', 'import', 'default'] }
const target = 'es2022'

/** These have to run in a classic script tag. */
const classicScripts = { 'fio.js': 'src/global.ts', 'mien-face.js': 'src/element-global.ts' } as const

/** A build of its own for each, since an ES module build cannot give that format. */
function classicScript(fileName: keyof typeof classicScripts): Plugin {
  return {
    name: `mien-classic-script-${fileName}`,
    apply: 'build',
    async generateBundle() {
      const built = await build({
        configFile: false,
        logLevel: 'warn',
        resolve,
        build: {
          write: false,
          target,
          lib: {
            entry: join(client, classicScripts[fileName]),
            formats: ['iife'],
            name: 'mien',
            fileName: () => fileName,
          },
        },
      })
      for (const { output } of [built].flat() as { output: { fileName: string; code?: string }[] }[]) {
        for (const { code } of output) if (code) this.emitFile({ type: 'asset', fileName, source: code })
      }
    },
  }
}

const compressible = /\.(js|mjs|css|html|svg|wasm|json|tflite)$/
const minBytes = 1024

/** Best for the small; for WebAssembly 5 keeps this to seconds, where 9 makes it 5 % smaller and takes 3.5 times as long. */
const qualityOf = (name: string): number => (name.endsWith('.wasm') ? 5 : constants.BROTLI_MAX_QUALITY)

/** Compresses once here, so that the server never has to: `x.js.br` and `x.js.gz` beside `x.js`. */
function precompress(): Plugin {
  let folder: string
  return {
    name: 'mien-precompress',
    apply: 'build',
    configResolved(config) {
      folder = resolvePath(config.root, config.build.outDir)
    },
    async closeBundle() {
      const names = await readdir(folder, { recursive: true })
      for (const name of names.filter((each) => compressible.test(each))) {
        const file = join(folder, name)
        const { size } = await stat(file)
        if (size < minBytes) continue
        const params = { [constants.BROTLI_PARAM_QUALITY]: qualityOf(name), [constants.BROTLI_PARAM_SIZE_HINT]: size }
        await Promise.all([
          pipeline(createReadStream(file), createBrotliCompress({ params }), createWriteStream(`${file}.br`)),
          pipeline(createReadStream(file), createGzip({ level: 6 }), createWriteStream(`${file}.gz`)),
        ])
      }
    },
  }
}

/**
 * What a site's service worker calls, for `importScripts` and for `import`, with the list of what it is to keep: all that a page with
 * the widget may load. Made last, for it names the others by their content.
 */
function serviceWorker(): Plugin {
  return {
    name: 'mien-service-worker',
    apply: 'build',
    async writeBundle({ dir = '' }, bundle) {
      const unused = new Set(onlyOfPages(bundle))
      const names = Object.keys(bundle).filter((name) => /\.(m?js|wasm)$/.test(name) && !unused.has(name))
      const files = await Promise.all(names.sort().map(async (name) => [name, await integrityOf(join(dir, name))]))
      const built = await build({
        configFile: false,
        logLevel: 'warn',
        resolve,
        define: { MIEN_WIDGET_FILES: JSON.stringify(files) },
        build: {
          write: false,
          target,
          lib: {
            entry: join(client, 'src/service-worker/index.ts'),
            formats: ['iife', 'es'],
            name: 'mien',
            fileName: (format) => (format === 'es' ? 'service-worker.mjs' : 'service-worker.js'),
          },
        },
      })
      for (const { output } of [built].flat() as Rolldown.RolldownOutput[]) {
        for (const each of output) if (each.type === 'chunk') await writeFile(join(dir, each.fileName), each.code)
      }
    },
  }
}

const integrityOf = async (file: string): Promise<string> =>
  `sha384-${createHash('sha384')
    .update(await readFile(file))
    .digest('base64')}`

/** Names of the scripts that nothing but our own pages loads. */
function onlyOfPages(bundle: Rolldown.OutputBundle): readonly string[] {
  const chunks = Object.values(bundle).filter((each) => each.type === 'chunk')
  const reached = new Set<string>()
  const reach = (name: string): void => {
    const chunk = bundle[name]
    if (chunk?.type !== 'chunk' || reached.has(name)) return
    reached.add(name)
    for (const next of [...chunk.imports, ...chunk.dynamicImports]) reach(next)
  }
  for (const { isEntry, name, fileName } of chunks) if (isEntry && !pages.includes(name)) reach(fileName)
  return chunks.map(({ fileName }) => fileName).filter((name) => !reached.has(name))
}

/** All that the first script needs, also what later ones use too: left alone, that became files of their own, and one compresses better. */
const firstModules = /client\/src\/index\.ts$/

/** Entries that are pages: nobody else loads their scripts. */
const pages: readonly string[] = ['demo', 'enroll']

const assetFileNames = 'assets/[name]-[hash][extname]'

/** One build: the demo site, the widget as an ES module at a stable address, its worker and WebAssembly as hashed assets. */
export default defineConfig({
  root: join(client, 'demo'),
  // Relative, so that a page of another origin can load the widget and whatever it loads in turn.
  base: './',
  publicDir: false,
  resolve,
  worker: {
    format: 'es',
    // A stable address, for pages that bundle the package themselves and take the worker from the server (`assetBase`).
    rolldownOptions: {
      output: { entryFileNames: '[name].js', chunkFileNames: 'assets/[name]-[hash].js', assetFileNames },
    },
  },
  plugins: [classicScript('fio.js'), classicScript('mien-face.js'), serviceWorker(), precompress()],
  build: {
    outDir,
    emptyOutDir: true,
    target,
    // The widget may be embedded under any content security policy: nothing inlined as data:, nothing injected.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1024,
    rolldownOptions: {
      input: {
        demo: join(client, 'demo/index.html'),
        enroll: join(client, 'demo/enroll.html'),
        widget: join(client, 'src/index.ts'),
        fiojs: join(client, 'src/fiojs.ts'),
      },
      preserveEntrySignatures: 'strict',
      output: {
        entryFileNames: ({ name }) => (pages.includes(name) ? 'assets/[name]-[hash].js' : '[name].js'),
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames,
        codeSplitting: { groups: [{ name: 'first', test: firstModules }] },
      },
    },
  },
})
