import { lookup } from 'node:dns/promises'
import { type ClientRequest, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { WebhookFailure } from '@mien/shared/api/webhooks'
import { MienError } from '@mien/shared/errors'
import type { WebhookAnswer, WebhookPost, WebhookSender } from '../domain/webhook-ports.ts'
import { type Address, findTarget, type Resolve, type Target, type TargetRules } from './webhook-target.ts'

/** For looking up, connecting and answering together. */
const attemptMs = 5000

/** More of an answer is not listened to; nothing of it is kept anyway. */
const maxAnswerBytes = 64 * 1024

export interface VettedSenderOptions extends Omit<TargetRules, 'resolve'> {
  readonly resolve?: Resolve
  /** Milliseconds for one attempt. */
  readonly timeoutMs?: number
  /** Certificate authorities in place of the system's, PEM. */
  readonly ca?: string
}

const systemResolve: Resolve = async (name) =>
  (await lookup(name, { all: true })).map(({ address, family }) => ({ address, family: family as 4 | 6 }))

const refusals = {
  address_refused:
    'A webhook goes to a public https address, port 443 or 8443, without user and password, or to an origin that the operator allows',
  name_not_found: 'The name in the address cannot be resolved',
} as const

/**
 * Posts to vetted addresses only. A name is resolved once an attempt and the connection is made to what was vetted, so a name that
 * changes its mind gains nothing; redirects are answers like any other.
 */
export function createVettedSender(options: VettedSenderOptions): WebhookSender {
  const { resolve = systemResolve, timeoutMs = attemptMs, ca } = options
  const rules: TargetRules = { ...options, resolve }
  const tls = ca === undefined ? {} : { ca }

  return {
    async check(url) {
      const target = await within(timeoutMs, findTarget(url, rules), { refused: 'name_not_found' as const })
      if ('refused' in target) {
        throw new MienError('REQUEST_INVALID', { message: refusals[target.refused], details: { fields: ['url'] } })
      }
    },
    async post(post) {
      const startedAt = performance.now()
      const timedOut = { failed: 'timeout' as const }
      const target: Target | typeof timedOut = await within(timeoutMs, findTarget(post.url, rules), timedOut)
      if ('failed' in target) return failed(target.failed)
      if ('refused' in target) return failed(target.refused)
      return exchange(target, post, tls, timeoutMs - (performance.now() - startedAt))
    },
  }
}

const failed = (error: WebhookFailure): WebhookAnswer => ({ httpStatus: null, error })

async function within<T, Late>(limitMs: number, work: Promise<T>, late: Late): Promise<T | Late> {
  const timer = new AbortController()
  try {
    return await Promise.race([work, sleep(limitMs, late, { signal: timer.signal })])
  } finally {
    timer.abort()
  }
}

type Vetted = Extract<Target, { url: URL }>

/** Never rejects. The status decides; the body is read as far as politeness asks and forgotten. */
function exchange(
  { url, addresses }: Vetted,
  { headers, body }: WebhookPost,
  tls: { readonly ca?: string },
  limitMs: number,
): Promise<WebhookAnswer> {
  return new Promise((settle) => {
    const bytes = Buffer.from(body)
    const options: RequestOptions & { ca?: string } = {
      method: 'POST',
      headers: { ...headers, 'content-length': bytes.length, 'user-agent': 'Mien-Webhooks/1' },
      lookup: fixedLookup(addresses),
      // A connection of its own: a pooled one may have been opened to an address that was vetted for another name.
      agent: false,
      ...tls,
    }
    let answer = failed('connection_failed')
    const request: ClientRequest = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options)
    const expire = () => {
      if (answer.httpStatus === null) answer = failed('timeout')
      request.destroy()
    }
    const timer = setTimeout(expire, Math.max(0, limitMs))
    request.on('response', (response) => {
      answer = judge(response)
      drain(response, () => request.destroy())
    })
    request.on('error', (error) => {
      if (answer.httpStatus === null && answer.error !== 'timeout') answer = failed(reasonOf(error))
    })
    request.on('close', () => {
      clearTimeout(timer)
      settle(answer)
    })
    request.end(bytes)
  })
}

function judge({ statusCode = 0 }: IncomingMessage): WebhookAnswer {
  const isSuccess = statusCode >= 200 && statusCode < 300
  return { httpStatus: statusCode, error: isSuccess ? null : 'status' }
}

function drain(response: IncomingMessage, stop: () => void): void {
  let length = 0
  response.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length > maxAnswerBytes) stop()
  })
  // What breaks after the status changes nothing.
  response.on('error', () => {})
}

function reasonOf(error: NodeJS.ErrnoException): WebhookFailure {
  const code = error.code ?? ''
  return /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO|EPROTO|HOSTNAME/.test(code) ? 'tls_failed' : 'connection_failed'
}

/** Answers with what was vetted, whatever is asked. */
const fixedLookup =
  (addresses: readonly Address[]): LookupFunction =>
  (_name, { all }, callback) => {
    const [first] = addresses
    if (all === true) callback(null, [...addresses])
    else callback(null, first!.address, first!.family)
  }
