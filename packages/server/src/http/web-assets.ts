import { serveStatic } from '@hono/node-server/serve-static'
import type { Context, MiddlewareHandler } from 'hono'
import { Hono } from 'hono'

export interface WebAssetsOptions {
  /** Absolute folder of the built pages and scripts; null when the client was not built. */
  readonly webRoot: string | null
  /** models/manifest.json as it is. */
  readonly manifest: object
  /** sha256 in hex -> absolute path of a verified file. */
  readonly modelFiles: ReadonlyMap<string, string>
}

const oneYear = 'public, max-age=31536000, immutable'

/**
 * Pages that we host ourselves. Everything comes from this origin; WebAssembly needs its own keyword
 * (https://www.w3.org/TR/CSP3/#can-compile-wasm-bytes); the camera preview is a media stream, which no source list governs.
 */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "manifest-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

/** A worker that came from the network is governed by the policy of its own response. */
const scriptPolicy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self' blob:"

/** Cross-origin isolation gives our own pages threads; CORP and CORS let other sites embed the script, its worker and the models. */
function setCommonHeaders(c: Context): void {
  c.header('Cross-Origin-Embedder-Policy', 'require-corp')
  c.header('Cross-Origin-Resource-Policy', 'cross-origin')
  c.header('Access-Control-Allow-Origin', '*')
  c.header('X-Content-Type-Options', 'nosniff')
}

function setPageHeaders(c: Context): void {
  c.header('Cross-Origin-Opener-Policy', 'same-origin')
  c.header('Content-Security-Policy', pagePolicy)
  c.header('Permissions-Policy', 'camera=(self), microphone=(), geolocation=()')
  c.header('Referrer-Policy', 'no-referrer')
  c.header('Cache-Control', 'no-cache')
}

/** Hashed names never change; `fio.js` and `widget.js` keep their names, so browsers must ask again. */
function setScriptHeaders(c: Context): void {
  c.header('Content-Security-Policy', scriptPolicy)
  c.header('Cache-Control', c.req.path.startsWith('/assets/') ? oneYear : 'no-cache')
}

/** After the file was found, because an error of another handler must keep its own headers. */
export const pageHeaders: MiddlewareHandler = async (c, next) => {
  await next()
  if (!c.finalized || c.res.status >= 400) return
  setCommonHeaders(c)
  if (c.res.headers.get('content-type')?.startsWith('text/html')) setPageHeaders(c)
  else if (!c.req.path.startsWith('/models/')) setScriptHeaders(c)
}

const notBuilt: MiddlewareHandler = async (c, next) => {
  if (c.req.path !== '/' && c.req.path !== '/enroll.html') return next()
  return c.text('The web pages are not built. Run "npm run build" and start again.', 503)
}

/** Static files: the demo, `fio.js`, the widget, WebAssembly, and the models that browsers load. Unknown paths fall through. */
export function createWebAssets({ webRoot, manifest, modelFiles }: WebAssetsOptions): Hono {
  const app = new Hono()

  app.get('/models/manifest.json', pageHeaders, (c) => {
    c.header('Cache-Control', 'no-cache')
    return c.json(manifest)
  })

  app.get('/models/:sha256{[0-9a-f]{64}}', pageHeaders, async (c, next) => {
    const path = modelFiles.get(c.req.param('sha256'))
    if (path === undefined) return next()
    c.header('Cache-Control', oneYear)
    return serveStatic({ path })(c, next)
  })

  if (webRoot === null) app.get('*', notBuilt)
  else app.get('*', pageHeaders, serveStatic({ root: webRoot, precompressed: true }))
  return app
}
