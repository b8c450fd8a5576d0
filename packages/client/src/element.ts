/** `<mien-face>` for pages with a bundler. Importing it in a page defines the element; on a server it does nothing. */
import { faceIO, loadOfflineWords } from '@mien/client'
import { createMienFace } from './element/create-mien-face.ts'

export type * from './element/mien-face-types.ts'

/** Defines `<mien-face>`, unless something has already. */
export function defineMienFace(): void {
  if (typeof customElements === 'undefined' || customElements.get('mien-face')) return
  customElements.define('mien-face', createMienFace(faceIO, loadOfflineWords))
}

defineMienFace()
