import type { AddressInfo } from 'node:net'
import { createServer } from 'vite'
import type { Site } from './site.ts'

const conditions = ['source', 'module', 'browser', 'import', 'default']

/** Serves a folder of the repository with TypeScript translated, for pages that need no server of ours. */
export async function serveSource(root: string): Promise<Site> {
  const server = await createServer({
    configFile: false,
    root,
    logLevel: 'error',
    resolve: { conditions },
    // Nothing here is bundled ahead, so the file watcher and the dependency scan have nothing to do.
    optimizeDeps: { noDiscovery: true },
    server: { host: '127.0.0.1', port: 0, watch: null, hmr: false, fs: { strict: false } },
  })
  await server.listen()
  const { port } = server.httpServer!.address() as AddressInfo
  return {
    origin: `http://localhost:${port}`,
    close: () => server.close(),
  }
}
