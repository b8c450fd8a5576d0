/** Who may import whom. Each rule names the reason; the table they come from is in packages/shared/SPEC.md. */
const forbid = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to })
/** Also by its bare name: a package that is not installed cannot be resolved to a folder. */
const npm = (pattern) => ({ path: `(^|node_modules/)(${pattern})(/|$)` })

export default {
  forbidden: [
    forbid('no-circular', {}, { circular: true }, 'data flows one way'),
    forbid(
      'vision-is-pure',
      { path: '^packages/shared/src/vision/', pathNot: '\\.test\\.ts$' },
      { pathNot: '^packages/shared/src/(vision/|errors\\.ts|ids\\.ts|bytes\\.ts)' },
      'one pipeline for every host: no host, schema or policy inside',
    ),
    forbid(
      'shared-is-a-leaf',
      { path: '^packages/shared/src/', pathNot: '\\.test\\.ts$' },
      { pathNot: '^packages/shared/src/|node_modules/zod(/|$)' },
      'shared runs in a browser, a worker and Node alike',
    ),
    // The backend of an example is a website's, which has a client of its own to the server.
    forbid(
      'client-not-server',
      { path: '^packages/client/', pathNot: '^packages/client/examples/[^/]+/backend/' },
      { path: '^packages/server/' },
      'they meet on the wire',
    ),
    forbid(
      'an-example-is-a-website',
      { path: '^packages/client/examples/' },
      { path: '^packages/(server|shared)/src/', pathNot: '^packages/server/src/client/' },
      'it has what is published, and nothing else',
    ),
    forbid('server-not-client', { path: '^packages/server/' }, { path: '^packages/client/' }, 'they meet on the wire'),
    forbid(
      'ort-web-in-the-worker',
      { path: '^packages/client/', pathNot: '^packages/client/src/worker/' },
      npm('onnxruntime-web|onnxruntime-common'),
      'the main thread never pays for inference',
    ),
    forbid(
      'ort-in-server-vision',
      { path: '^packages/server/', pathNot: '^packages/server/src/vision/' },
      npm('onnxruntime-(node|web|common)'),
      'one place binds a runtime',
    ),
    forbid(
      'idb-in-storage',
      { path: '^packages/client/', pathNot: '^packages/client/(src/storage|examples)/' },
      npm('idb'),
      'one owner',
    ),
    forbid(
      'domain-knows-no-edge',
      { path: '^packages/server/src/domain/', pathNot: '\\.(test|contract)\\.ts$' },
      {
        path: '^packages/server/src/(http|surfaces|db|vision|webhooks|mail|transfer|cli|demo|observe|app|main)|(^|node_modules/)(hono|@hono|drizzle-orm|postgres|@electric-sql|pgvector|nodemailer)(/|$)',
      },
      'the core speaks neither HTTP nor SQL nor a vendor',
    ),
    forbid(
      'search-knows-vectors-only',
      { path: '^packages/server/src/search/', pathNot: '\\.test\\.ts$' },
      { path: '^packages/', pathNot: '^packages/(server/src/search/|shared/src/(errors|bytes)\\.ts$)' },
      'it scans memory, whoever fills it: no database, no HTTP, no domain',
    ),
    forbid(
      'a-surface-stands-alone',
      { path: '^packages/server/src/surfaces/([^/]+)/', pathNot: '\\.test\\.ts$' },
      {
        path: '^packages/server/src/(db|vision|webhooks|mail|transfer|cli|observe)/|^packages/server/src/surfaces/',
        // What every dialect is given is said once.
        pathNot: '^packages/server/src/surfaces/($1/|dialects\\.ts$)',
      },
      'a dialect translates between HTTP and the domain',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Our own output only: most packages of others live in a folder of this name, and rules speak of them.
    exclude: { path: '^packages/[^/]+/dist/|^test/[.]cache/' },
    // The native compiler of TypeScript 7 has no API to read imports with: without another parser no .ts file is looked at.
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['source', 'import', 'node', 'default'] },
  },
}
