import { join } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import type { Context, MiddlewareHandler } from 'hono'
import { Hono } from 'hono'
import { contentPolicyOf, type PagePolicy, permissionsOf } from './page-policy.ts'
import { readScriptIntegrity, type ScriptIntegrity } from './script-integrity.ts'

export interface WebAssetsOptions {
  /** Absolute folder of the built pages and scripts; null when the client was not built. */
  readonly webRoot: string | null
  /** models/manifest.json as it is. */
  readonly manifest: object
  /** sha256 in hex -> absolute path of a verified file. */
  readonly modelFiles: ReadonlyMap<string, string>
  /** Origins whose pages may frame the enrolment page of an application; none where there is no such application. */
  readonly framersOf: (publicId: string) => Promise<readonly string[]>
}

const oneYear = 'public, max-age=31536000, immutable'

/** A worker that came from the network is governed by the policy of its own response. */
const scriptPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'"

/** Cross-origin isolation gives our own pages threads; CORP and CORS let other sites embed the script, its worker and the models. */
function setCommonHeaders(c: Context): void {
  c.header('Cross-Origin-Embedder-Policy', 'require-corp')
  c.header('Cross-Origin-Resource-Policy', 'cross-origin')
  c.header('Access-Control-Allow-Origin', '*')
  c.header('X-Content-Type-Options', 'nosniff')
}

function setPageHeaders(c: Context, policy: PagePolicy): void {
  c.header('Cross-Origin-Opener-Policy', 'same-origin')
  c.header('Content-Security-Policy', contentPolicyOf(policy))
  c.header('Permissions-Policy', permissionsOf(policy))
  c.header('Referrer-Policy', 'no-referrer')
  c.header('Cache-Control', 'no-cache')
}

const hasHashedName = (path: string): boolean => path.startsWith('/assets/') || /-[0-9a-f]{16}\.js$/.test(path)

/** Hashed names never change; `fio.js` and `widget.js` keep their names, so browsers must ask again. */
function setScriptHeaders(c: Context): void {
  c.header('Content-Security-Policy', scriptPolicy)
  c.header('Cache-Control', hasHashedName(c.req.path) ? oneYear : 'no-cache')
}

/** After the file was found, because an error of another handler must keep its own headers. */
export const pageHeaders =
  (policyOf: (c: Context) => PagePolicy | Promise<PagePolicy>): MiddlewareHandler =>
  async (c, next) => {
    await next()
    if (!c.finalized || c.res.status >= 400) return
    setCommonHeaders(c)
    if (c.res.headers.get('content-type')?.startsWith('text/html')) setPageHeaders(c, await policyOf(c))
    else if (!c.req.path.startsWith('/models/')) setScriptHeaders(c)
  }

const enrolmentPage = '/enroll.html'

/** The enrolment page may be framed by the application that its address names (`?app=<public id>`), the others by nobody. */
const widgetPage =
  (framersOf: WebAssetsOptions['framersOf']) =>
  async (c: Context): Promise<PagePolicy> => {
    const publicId = c.req.path === enrolmentPage ? c.req.query('app') : undefined
    return { hasWidget: true, framedBy: publicId === undefined ? [] : await framersOf(publicId) }
  }

const notBuilt: MiddlewareHandler = async (c, next) => {
  if (c.req.path !== '/' && c.req.path !== enrolmentPage) return next()
  return c.text('The web pages are not built. Run "npm run build" and start again.', 503)
}

/** Static files: the demo, `fio.js`, the widget, WebAssembly, and the models that browsers load. Unknown paths fall through. */
export function createWebAssets({ webRoot, manifest, modelFiles, framersOf }: WebAssetsOptions): Hono {
  const app = new Hono()
  const headers = pageHeaders(widgetPage(framersOf))

  app.get('/models/manifest.json', headers, (c) => {
    c.header('Cache-Control', 'no-cache')
    return c.json(manifest)
  })

  app.get('/models/:sha256{[0-9a-f]{64}}', headers, async (c, next) => {
    const path = modelFiles.get(c.req.param('sha256'))
    if (path === undefined) return next()
    c.header('Cache-Control', oneYear)
    return serveStatic({ path })(c, next)
  })

  if (webRoot === null) {
    app.get('*', notBuilt)
    return app
  }
  addIntegrity(app, webRoot, headers)
  app.get('*', headers, serveStatic({ root: webRoot, precompressed: true }))
  return app
}

/** `/integrity.json` tells what a page may pin, and each script of the root has an address that names its content. */
function addIntegrity(app: Hono, webRoot: string, headers: MiddlewareHandler): void {
  let read: Promise<ReadonlyMap<string, ScriptIntegrity>> | undefined
  const scripts = () => {
    read ??= readScriptIntegrity(webRoot)
    return read
  }
  app.get('/integrity.json', headers, async (c) => {
    c.header('Cache-Control', 'no-cache')
    const entries = [...(await scripts())].map(
      ([name, { integrity, immutablePath }]) => [name, { integrity, path: immutablePath }] as const,
    )
    return c.json(Object.fromEntries(entries))
  })
  app.get('/:script{[a-z-]+-[0-9a-f]{16}\\.js}', headers, async (c, next) => {
    const named = [...(await scripts())].find(([, { immutablePath }]) => immutablePath === c.req.path)
    return named === undefined ? next() : serveStatic({ path: join(webRoot, named[0]), precompressed: true })(c, next)
  })
}
