import { readFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'

export interface Site {
  readonly origin: string
  close(): Promise<void>
}

/** Path to its content; the type follows from the ending, HTML where there is none. */
export type Pages = Readonly<Record<string, string>>

/** What a page needs to be cross-origin isolated, and so to have threads. */
export const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
} as const

type Headers = Readonly<Record<string, string>>

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

const headersOf = (path: string, headers: Headers): Headers => ({
  'content-type': types[extname(path)] ?? 'text/html; charset=utf-8',
  ...headers,
})

/** A small website on an origin of its own: what a customer's site is to Mien. */
export const startSite = (pages: Pages, headers: Headers = {}): Promise<Site> =>
  listen((request, response) => {
    const path = pathOf(request.url)
    const page = pages[path]
    if (page === undefined) response.writeHead(404).end()
    else response.writeHead(200, headersOf(path, headers)).end(page)
  })

/** A folder of built files as a website. */
export const startFolderSite = (folder: string, headers: Headers = {}): Promise<Site> =>
  listen((request, response) => {
    const path = pathOf(request.url)
    readFile(join(folder, path)).then(
      (bytes) => response.writeHead(200, headersOf(path, headers)).end(bytes),
      () => response.writeHead(404).end(),
    )
  })

/** `URL` has resolved every `..` in it. */
const pathOf = (url: string | undefined): string => new URL(url ?? '/', 'http://localhost').pathname

async function listen(listener: RequestListener): Promise<Site> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
