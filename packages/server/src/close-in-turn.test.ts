import { expect, test } from 'vitest'
import { closeInTurn } from './close-in-turn.ts'

test('whatever does not close stops nothing after it, is told by its name, and fails the whole', async () => {
  const order: string[] = []
  const told: unknown[] = []
  const closing = closeInTurn(
    [
      ['first', () => order.push('first')],
      [
        'thrown',
        () => {
          throw new Error('at once')
        },
      ],
      ['rejected', async () => Promise.reject(new Error('later'))],
      ['last', async () => order.push('last')],
    ],
    (error, name) => told.push([name, (error as Error).message]),
  )
  await expect(closing).rejects.toMatchObject({ code: 'INTERNAL', message: 'Did not close: thrown, rejected' })
  expect(order).toEqual(['first', 'last'])
  expect(told).toEqual([
    ['thrown', 'at once'],
    ['rejected', 'later'],
  ])
})

test('where everything closes, it is well', async () => {
  const fail = () => expect.unreachable()
  await expect(closeInTurn([['one', () => {}]], fail)).resolves.toBeUndefined()
})
