import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Takes what webhooks send. */
export interface WebhookReceiver {
  readonly url: string
  /** Ids of all that came, however often. */
  readonly arrived: ReadonlySet<string>
  /** Arrivals, repeats included. */
  count(): number
  close(): Promise<void>
}

export async function openReceiver(): Promise<WebhookReceiver> {
  const arrived = new Set<string>()
  let count = 0
  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => {
      arrived.add(String(request.headers['webhook-id']))
      count++
      response.writeHead(204).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrived,
    count: () => count,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
