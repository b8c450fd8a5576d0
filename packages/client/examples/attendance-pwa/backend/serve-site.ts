import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { extname, join } from 'node:path'

export interface SiteOptions {
  readonly folder: string
  /** What is served below `/mien/`. */
  readonly widgetFolder: string
  /** Where browsers reach the Mien server. */
  readonly endpoint: string
  /** What a result code is worth. @returns the facial id @throws when it is worth nothing */
  readonly redeem: (resultCode: string) => Promise<string>
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
}

/** The same for pages and for the service worker, which is under the policy that its own script came with. */
const headersFor = (endpoint: string) => ({
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self'",
    `connect-src 'self' ${endpoint}`,
    "style-src 'self'",
    "img-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'permissions-policy': 'camera=(self)',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
})

/** The site's web server: files, and the one question that only a backend may ask. */
export function createSite({ folder, widgetFolder, endpoint, redeem }: SiteOptions): Server {
  const headers = headersFor(endpoint)
  return createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site')
    if (request.method === 'POST' && pathname === '/redeem') return answerRedeem(request, response, redeem)
    if (request.method !== 'GET') return void response.writeHead(405).end()
    const [from, path] = pathname.startsWith('/mien/') ? [widgetFolder, pathname.slice(5)] : [folder, pathname]
    await sendFile(response, join(from, path === '/' ? 'index.html' : path), headers)
  })
}

async function sendFile(response: ServerResponse, path: string, headers: Record<string, string>): Promise<void> {
  const bytes = await readFile(path).catch(() => undefined)
  if (bytes === undefined) return void response.writeHead(404).end()
  const isHashed = /\/assets\//.test(path)
  response.writeHead(200, {
    ...headers,
    'content-type': types[extname(path)] ?? 'application/octet-stream',
    'cache-control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
  })
  response.end(bytes)
}

const maxBodyBytes = 4096

async function answerRedeem(request: IncomingMessage, response: ServerResponse, redeem: SiteOptions['redeem']) {
  try {
    const { result_code: resultCode } = JSON.parse(await readBody(request))
    const facial_id = await redeem(String(resultCode))
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    response.end(JSON.stringify({ facial_id }))
  } catch {
    response.writeHead(400).end()
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk
    if (text.length > maxBodyBytes) throw new Error('The body is too long')
  }
  return text
}
