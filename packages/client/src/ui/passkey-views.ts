import { passkeyWords } from '../i18n/choose-passkey-words.ts'
import { newPasskeyView, passkeyView } from './passkey-view.ts'
import { pinView } from './pin-view.ts'
import type { ViewContext } from './view.ts'

/** Views that only those see who have a passkey or may have one: a file of their own, words of all languages included. */
export const passkeyViews = {
  passkey: passkeyView,
  'new-passkey': newPasskeyView,
  /** With the way back. */
  pin: (context: ViewContext) => pinView(context, passkeyWords(context.messages).instead),
}

/** A button that waits for the browser keeps its place and its words, and the sign its room. */
export const passkeyStyles = `
.button[aria-disabled="true"], .button[aria-disabled="true"]:hover { border-color: transparent; background: var(--accent-soft); color: var(--text); filter: none; cursor: progress; }
/* As the sign, which leaves a low screen to the words. */
@media (max-height: 32rem) {
  .passkey-sign { display: none; }
}
@media (forced-colors: active) {
  .button[aria-disabled="true"] { border-color: GrayText; color: GrayText; }
}
`
