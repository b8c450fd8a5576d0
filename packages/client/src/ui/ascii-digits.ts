/** Where the digits of a script begin: ASCII, Arabic, Persian and Urdu, Devanagari, full width. */
const zeros = [0x30, 0x660, 0x6f0, 0x966, 0xff10]

/** What a keyboard of any of the widget's languages types, as the digits 0 to 9 that a PIN is made of; all else is left out. */
export function asciiDigits(text: string): string {
  return [...text].map(asciiDigit).join('')
}

function asciiDigit(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const zero = zeros.find((each) => code >= each && code < each + 10)
  return zero === undefined ? '' : String(code - zero)
}
