import { encodeBase64Url } from '../bytes.ts'

/** WebCrypto's `subtle.digest('SHA-256', …)`, or anything that gives the same 32 bytes. */
export type Sha256 = (bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>

/** What the first event of a chain says of the one before: 32 zero bytes. */
export const noHash = encodeBase64Url(new Uint8Array(32))

/** What the next event of a chain has to name. @param bytes of `encodeEvent` */
export const eventHash = async (bytes: Uint8Array<ArrayBuffer>, sha256: Sha256): Promise<string> =>
  encodeBase64Url(await sha256(bytes))

/** An event's place in its chain. */
export interface ChainLink {
  readonly seq: number
  readonly hash: string
  readonly prevHash: string
}

/**
 * Whether an event fits into what is known of its chain, in whatever order its events came in.
 * A fork: two events claim one place, or one does not follow the other. A place of which nothing is known is no contradiction.
 *
 * @param known links at the places before, at and after this one, as far as there are any
 */
export function continuesChain(link: ChainLink, known: readonly ChainLink[]): boolean {
  const at = (seq: number) => known.filter((each) => each.seq === seq)
  const isAlone = at(link.seq).every(({ hash }) => hash === link.hash)
  const follows =
    link.seq === 1 ? link.prevHash === noHash : at(link.seq - 1).every(({ hash }) => hash === link.prevHash)
  const isFollowed = at(link.seq + 1).every(({ prevHash }) => prevHash === link.hash)
  return isAlone && follows && isFollowed
}
