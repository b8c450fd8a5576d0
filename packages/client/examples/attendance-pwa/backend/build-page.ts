import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build, type InlineConfig } from 'vite'

export interface SiteSettings {
  readonly publicId: string
  /** Where browsers reach the Mien server. */
  readonly endpoint: string
}

const example = join(import.meta.dirname, '..')
const dist = join(example, '../../dist')
const page = join(example, 'page')

/** Where the built site lies: the page and its service worker. */
export const siteFolder = join(dist, 'attendance-pwa')

/** The built widget, which the site serves as its folder `mien`. */
export const widgetFolder = join(dist, 'web')

/** It is not bundled: its worker and late parts lie beside it there. */
const widgetAt = '/mien/widget.js'

/** Builds the page for one application of one server. `npm run build` has to have built the widget. */
export async function buildPage(site: SiteSettings): Promise<void> {
  await build({
    ...common,
    define: { ATTENDANCE_SITE: JSON.stringify(site) },
    publicDir: join(page, 'public'),
    build: {
      target: 'es2022',
      outDir: siteFolder,
      emptyOutDir: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: join(page, 'index.html'),
        external: ['@mien/client'],
        output: { paths: { '@mien/client': widgetAt } },
      },
    },
  })
  await buildServiceWorker(await listFiles())
}

const common: InlineConfig = { configFile: false, root: page, base: '/', logLevel: 'error' }

/** Last, because it names the others by their content. A classic script with everything in it, which each browser takes. */
const buildServiceWorker = (files: Readonly<Record<string, string>>) =>
  build({
    ...common,
    publicDir: false,
    define: { ATTENDANCE_FILES: JSON.stringify(files) },
    build: {
      target: 'es2022',
      outDir: siteFolder,
      emptyOutDir: false,
      lib: {
        entry: join(page, 'service-worker.ts'),
        formats: ['iife'],
        name: 'attendance',
        fileName: () => 'service-worker.js',
      },
    },
  })

async function listFiles(): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(siteFolder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const listed = await Promise.all(paths.map(async (path) => [addressOf(path), await integrityOf(path)] as const))
  return Object.fromEntries(listed)
}

const addressOf = (path: string): string => path.slice(siteFolder.length).replace(/\/index\.html$/, '/')

const integrityOf = async (path: string): Promise<string> =>
  `sha384-${createHash('sha384')
    .update(await readFile(path))
    .digest('base64')}`
