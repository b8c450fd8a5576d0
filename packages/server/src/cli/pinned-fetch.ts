import { X509Certificate } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { request as sendRequest } from 'node:https'
import type { PlainRequest } from './admin-client.ts'

/**
 * Sends a request to a server that shows this very certificate and to no other. Its name is not looked at: the server is asked by
 * its address on this machine, for which nobody signs.
 *
 * @param certificate PEM; of a chain the first is meant
 */
export function fetchPinned(
  url: URL,
  { method = 'GET', headers = {}, body = null, signal }: PlainRequest,
  certificate: string,
): Promise<Response> {
  const { fingerprint256 } = new X509Certificate(certificate)
  const isOther = (_: string, shown: { fingerprint256: string }) =>
    shown.fingerprint256 === fingerprint256 ? undefined : new Error('The server shows another certificate')
  const tls = { ca: certificate, allowPartialTrustChain: true, checkServerIdentity: isOther, agent: false }
  return new Promise((resolve, reject) => {
    const sent = sendRequest(url, { method, headers, ...tls, ...(signal === undefined ? {} : { signal }) }, (answer) =>
      collect(answer).then(resolve, reject),
    )
    sent.on('error', reject)
    sent.end(body ?? undefined)
  })
}

async function collect(answer: IncomingMessage): Promise<Response> {
  const body = Buffer.concat(await answer.toArray())
  return new Response(body.length === 0 ? null : body, { status: answer.statusCode ?? 0 })
}
