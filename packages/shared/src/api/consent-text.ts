import * as z from 'zod/mini'
import { localeTag } from './fields.ts'

/** The application's own consent screen in one language. `text` is shown as it is, in paragraphs at line breaks. */
export const consentText = z.strictObject({
  locale: localeTag,
  /** What the face is used for, one line. */
  purpose: z.string().check(z.minLength(1), z.maxLength(200)),
  text: z.string().check(z.minLength(1), z.maxLength(4000)),
})
export type ConsentText = z.infer<typeof consentText>
