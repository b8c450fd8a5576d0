import { MienError } from '@mien/shared/errors'
import { isModalOpen } from '../ui/modal.ts'

/** On the document, for all copies of this module: a page may have the script tag and a bundle with the package. */
const claimKey = Symbol.for('mien.claim')

/**
 * One widget at a time on a page. The claim holds from the call until the modal is there, which then speaks for itself.
 *
 * @returns what gives the page back; calling it again changes nothing
 * @throws MienError SESSION_IN_PROGRESS
 */
export function claimPage(page: Document): () => void {
  if (!isPageFree(page)) throw new MienError('SESSION_IN_PROGRESS')
  const claim = {}
  Reflect.set(page, claimKey, claim)
  return () => {
    if (Reflect.get(page, claimKey) === claim) Reflect.deleteProperty(page, claimKey)
  }
}

export const isPageFree = (page: Document): boolean => !Reflect.has(page, claimKey) && !isModalOpen(page)
