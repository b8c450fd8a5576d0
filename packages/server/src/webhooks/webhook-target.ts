import { isIP } from 'node:net'
import type { WebhookFailure } from '@mien/shared/api/webhooks'
import { isPublicAddress } from './public-address.ts'

export interface Address {
  readonly address: string
  readonly family: 4 | 6
}

/** All addresses of a name, as the system resolves it. Rejects when there are none. */
export type Resolve = (name: string) => Promise<readonly Address[]>

export interface TargetRules {
  /** Origins that the operator vouches for, whatever their scheme, port and address. */
  readonly allowedOrigins: readonly string[]
  /** Our own, where people reach this server: nothing of ours is a receiver. */
  readonly ownOrigins: readonly string[]
  readonly resolve: Resolve
}

/** Where one attempt may connect to: the addresses were looked up once and are the ones that are used. */
export type Target =
  | { readonly url: URL; readonly addresses: readonly Address[] }
  | { readonly refused: Extract<WebhookFailure, 'address_refused' | 'name_not_found'> }

const ports = ['', '443', '8443']

/** Reads an address as browsers do, which turns every spelling of an IPv4 address (decimal, octal, hexadecimal, short) into one. */
export async function findTarget(text: string, rules: TargetRules): Promise<Target> {
  const url = URL.canParse(text) ? new URL(text) : null
  const isAllowed = url !== null && rules.allowedOrigins.includes(url.origin)
  if (url === null || url.username !== '' || url.password !== '' || !(isAllowed || hasPublicForm(url, rules))) {
    return { refused: 'address_refused' }
  }
  let addresses: readonly Address[]
  try {
    addresses = await addressesOf(url, rules.resolve)
  } catch {
    // No such name, or no answer: for the one who waits it is the same.
    return { refused: 'name_not_found' }
  }
  if (addresses.length === 0) return { refused: 'name_not_found' }
  const isPublic = addresses.every(({ address }) => isPublicAddress(address))
  return isAllowed || isPublic ? { url, addresses } : { refused: 'address_refused' }
}

const hasPublicForm = ({ protocol, port, origin }: URL, { ownOrigins }: TargetRules): boolean =>
  protocol === 'https:' && ports.includes(port) && !ownOrigins.includes(withoutRootDot(origin))

/** A name with a dot at its end is the same name. */
const withoutRootDot = (origin: string): string => origin.replace(/\.(?=(:\d+)?$)/, '')

async function addressesOf({ hostname }: URL, resolve: Resolve): Promise<readonly Address[]> {
  const literal = hostname.replace(/^\[|\]$/g, '')
  const family = isIP(literal)
  return family === 0 ? resolve(hostname) : [{ address: literal, family: family as 4 | 6 }]
}
