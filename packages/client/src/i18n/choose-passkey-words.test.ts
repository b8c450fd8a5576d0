import { expect, it } from 'vitest'
import { languages } from './choose-language.ts'
import { passkeyWords, words } from './choose-passkey-words.ts'
import { en } from './en.ts'
import { loadMessages } from './load-messages.ts'

it.each(languages)(
  '[PK11] says what there is to say of passkeys in the language of the other words: %s',
  async (language) => {
    const messages = await loadMessages([language])
    expect(passkeyWords(messages)).toBe(words[language])
    expect(Object.keys(words[language])).toEqual(Object.keys(words.en))
    for (const text of Object.values(words[language])) expect(text.trim().length).toBeGreaterThan(0)
    if (language !== en.locale) expect(words[language].newText).not.toBe(words.en.newText)
  },
)
