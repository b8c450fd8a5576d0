import type { Language } from './choose-language.ts'
import type { Messages } from './messages.ts'
import type { PasskeyWords } from './passkey-words.ts'
import { latinPasskeyWords } from './passkey-words-latin.ts'
import { otherPasskeyWords } from './passkey-words-other-scripts.ts'

/** In the language of the other words. */
export const passkeyWords = ({ locale }: Pick<Messages, 'locale'>): PasskeyWords =>
  words[locale as Language] ?? words.en

export const words: Readonly<Record<Language, PasskeyWords>> = { ...latinPasskeyWords, ...otherPasskeyWords }
