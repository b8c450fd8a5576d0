import { describe, expect, it } from 'vitest'
import { asciiDigits } from './ascii-digits.ts'

describe('a typed PIN', () => {
  it.each([
    ['0042', '0042'],
    ['٠١٢٩', '0129'],
    ['۰۱۲۹', '0129'],
    ['०१२९', '0129'],
    ['０１２９', '0129'],
  ])('is digits of any keyboard: %s', (typed, pin) => {
    expect(asciiDigits(typed)).toBe(pin)
  })

  it('leaves out what is no digit', () => {
    expect(asciiDigits(' 12-34 a/:٪\u{1d7d8}²')).toBe('1234')
    expect(asciiDigits('')).toBe('')
  })
})
