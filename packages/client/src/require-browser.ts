import { MienError } from '@mien/shared/errors'

/**
 * `AbortSignal.any` is the youngest of what the widget builds on (Chrome 116, Firefox 124, Safari 17.4): a browser that
 * has it has the rest. Asked first, so that an older one is told from a fault.
 *
 * @throws MienError BROWSER_UNSUPPORTED
 */
export function requireBrowser(): void {
  if (!('any' in AbortSignal)) throw new MienError('BROWSER_UNSUPPORTED')
}
