import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'
import viteConfig from '../../../vite.config.ts'
import { type Site, startFolderSite } from '../../rig/site.ts'

/** The gallery as a built page, at `/index.html`: from its source, each page would fetch some two hundred modules. */
export async function startGallerySite(): Promise<Site> {
  const outDir = await mkdtemp(join(tmpdir(), 'mien-gallery-'))
  await build({
    ...viteConfig,
    configFile: false,
    logLevel: 'error',
    root: import.meta.dirname,
    plugins: [],
    // A file that a test holds back is asked for once.
    build: { outDir, emptyOutDir: true, target: 'es2022', modulePreload: false, reportCompressedSize: false },
  })
  const site = await startFolderSite(outDir)
  return {
    ...site,
    async close() {
      await site.close()
      await rm(outDir, { recursive: true, force: true })
    },
  }
}
