import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Site {
  readonly origin: string
  close(): Promise<void>
}

/** Path to its content; the type follows from the ending, HTML where there is none. */
export type Pages = Readonly<Record<string, string>>

const typeOf = (path: string): string => (path.endsWith('.js') ? 'text/javascript' : 'text/html; charset=utf-8')

/** A small website on an origin of its own: what a customer's site is to Mien. */
export async function startSite(pages: Pages, headers: Readonly<Record<string, string>> = {}): Promise<Site> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    const page = pages[path]
    if (page === undefined) return void response.writeHead(404).end()
    response.writeHead(200, { 'content-type': typeOf(path), ...headers }).end(page)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
