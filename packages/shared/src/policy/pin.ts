import { MienError } from '../errors.ts'

/** ASCII digits of the raw text: no trimming and no Unicode normalisation, which would turn other digits into these. */
const pinPattern = /^[0-9]{4,16}$/

/** The vertical lines and diagonals of a telephone keypad. */
const keypadWalks = [
  '2580',
  '0852',
  '1470',
  '0741',
  '3690',
  '0963',
  '1590',
  '7530',
  '1357',
  '2468',
  '147258',
  '258369',
  '147258369',
  '159357',
  '357159',
]

const digits = '01234567890'
const reversed = [...digits].reverse().join('')

/**
 * @throws MienError PIN_FORMAT unless 4 to 16 ASCII digits; PIN_WEAK when `rejectWeak` and it is one that people guess first
 */
export function checkPin(pin: string, rejectWeak: boolean): void {
  if (!pinPattern.test(pin)) throw new MienError('PIN_FORMAT')
  if (rejectWeak && isWeakPin(pin)) throw new MienError('PIN_WEAK')
}

export function isWeakPin(pin: string): boolean {
  return isRepetition(pin) || isSequence(pin) || isDate(pin) || keypadWalks.includes(pin)
}

/** `0000`, `1212`, `123123`, `1122`. */
function isRepetition(pin: string): boolean {
  const isPeriodic = [1, 2, 3, 4].some(
    (n) => pin.length >= 2 * n && pin === pin.slice(0, n).repeat(pin.length).slice(0, pin.length),
  )
  return isPeriodic || [...pin].every((digit, i) => i % 2 === 0 || digit === pin[i - 1])
}

const isSequence = (pin: string): boolean => digits.repeat(2).includes(pin) || reversed.repeat(2).includes(pin)

/** A year 1900..2099, or eight digits that read as a date in either order. */
function isDate(pin: string): boolean {
  if (pin.length === 4) return /^(19|20)\d\d$/.test(pin)
  const dayMonth = '(0[1-9]|[12]\\d|3[01])(0[1-9]|1[0-2])'
  const monthDay = '(0[1-9]|1[0-2])(0[1-9]|[12]\\d|3[01])'
  const year = '(19|20)\\d\\d'
  return (
    pin.length === 8 && new RegExp(`^(${year}(${monthDay}|${dayMonth})|(${monthDay}|${dayMonth})${year})$`).test(pin)
  )
}
