/** A character of a local part or a domain: no space, no control character, nothing that separates or quotes addresses. */
const char = String.raw`[^\s\p{C}@<>()[\]\\,;:"]`

/** Short of RFC 5322 on purpose: what people's addresses look like, at the lengths of RFC 5321 section 4.5.3.1. */
const address = `${char}{1,64}@(?=${char}{1,190}(?:>|$))${char}+`

const plain = new RegExp(`^${address}$`, 'u')
const named = new RegExp(String.raw`^[^\p{C}<>@,;:"\\]{1,100} <${address}>$`, 'u')

/** Whether a text is one address: not two, no name, and no line end with a header of somebody else's behind it. */
export const isMailAddress = (text: string): boolean => plain.test(text)

/** The same, or as `Name <address>`. */
export const isMailSender = (text: string): boolean => plain.test(text) || named.test(text)
