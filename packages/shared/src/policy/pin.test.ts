import { expect, test } from 'vitest'
import { checkPin } from './pin.ts'

test.each(['0007', '8264', '1234567890123450', '73914'])('[PO12] %s is a PIN', (pin) => {
  expect(() => checkPin(pin, true)).not.toThrow()
})

test.each([
  '',
  '123',
  '12345678901234567',
  '٠١٢٣',
  '１２３４',
  '①②③④',
  ' 1234',
  '1234\n',
  '1234\u200b',
  '12 34',
  '0x12',
  '+123',
  '1e10',
])('[PO12] P2, P5-P7: %j is not a PIN', (pin) => {
  expect(() => checkPin(pin, false)).toThrow(expect.objectContaining({ code: 'PIN_FORMAT' }))
})

test.each(['1234', '0000', '1212', '2580', '19840101', '123456', '9876', '1122', '123123', '1984', '31121999'])(
  '[PO13] P4: %s is weak, and allowed where weak ones are',
  (pin) => {
    expect(() => checkPin(pin, true)).toThrow(expect.objectContaining({ code: 'PIN_WEAK' }))
    expect(() => checkPin(pin, false)).not.toThrow()
  },
)
