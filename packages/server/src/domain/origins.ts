import { MienError } from '@mien/shared/errors'

/** What a browser writes for a page without an origin: a sandboxed frame, a file. It stands for no place and is in no list. */
export const noOrigin = 'null'

/**
 * The one spelling of a web origin: scheme, host and port as `URL.origin` writes them, nothing more.
 *
 * @throws MienError ORIGIN_FORBIDDEN for anything else: `null`, a path, a trailing dot, upper case, a default port
 */
export function parseOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
  if (url === undefined || !isWeb || url.origin !== text || url.hostname.endsWith('.')) {
    throw new MienError('ORIGIN_FORBIDDEN')
  }
  return text
}
