import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { pageHeaders } from './web-assets.ts'

const require = createRequire(import.meta.url)

/** Where the viewer's own files are. */
const viewerFolder = dirname(require.resolve('swagger-ui-dist/package.json'))

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Mien API</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="swagger-ui.css">
    <link rel="stylesheet" href="reference.css">
  </head>
  <body>
    <main id="reference"></main>
    <script src="swagger-ui-bundle.js"></script>
    <script src="reference.js"></script>
  </body>
</html>
`

/**
 * The viewer writes descriptions as HTML, cleaned before. The page's policy lets no text become HTML unless this takes it, too: the
 * plainest marks, with addresses of the web alone.
 */
const trust = `const plain =
  /<\\/?(?:div|p|br|span|code|pre|em|strong|a|ul|ol|li|table|thead|tbody|tr|th|td|h[1-6])(?: class="[^"<>]*"| href="(?:https?:\\/\\/|#)[^"<>]*"| (?:target|rel|style)="[a-z _:;-]*")* ?\\/?>/g
window.trustedTypes?.createPolicy('default', {
  createHTML: (text) => (text.replace(plain, '').includes('<') ? null : text),
})
`

/** No badge: it would send the description's address to somebody else. A key that was typed in goes with the page. */
const script = `SwaggerUIBundle({
  dom_id: '#reference',
  url: '/v1/openapi.json',
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: false,
  docExpansion: 'list',
  defaultModelsExpandDepth: -1,
  supportedSubmitMethods: ['get', 'put', 'post', 'delete', 'patch', 'head'],
})
`

const style = `body { margin: 0 }
@media (max-width: 640px) {
  .swagger-ui .opblock .opblock-summary { flex-wrap: wrap }
  .swagger-ui .opblock .opblock-summary-path { max-width: 100% }
}
`

/** The description of the API for people, from this server alone. */
export function createReferencePage(): Hono {
  const app = new Hono()
  app.use(
    '/reference/*',
    pageHeaders(() => ({ hasWidget: false, framedBy: [] })),
  )
  app.get('/reference', (c) => c.redirect('/reference/'))
  app.get('/reference/', (c) => c.html(page))
  app.get('/reference/reference.js', (c) =>
    c.body(trust + script, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }),
  )
  app.get('/reference/reference.css', (c) => c.body(style, 200, { 'Content-Type': 'text/css; charset=utf-8' }))
  for (const name of ['swagger-ui.css', 'swagger-ui-bundle.js']) {
    app.get(`/reference/${name}`, serveStatic({ path: `${viewerFolder}/${name}` }))
  }
  return app
}
