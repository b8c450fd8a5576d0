import { expect, test } from 'vitest'
import { closeInTurn } from './close-in-turn.ts'

test('whatever does not close stops nothing after it, and is told by its name', async () => {
  const order: string[] = []
  const told: unknown[] = []
  await closeInTurn(
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
  expect(order).toEqual(['first', 'last'])
  expect(told).toEqual([
    ['thrown', 'at once'],
    ['rejected', 'later'],
  ])
})
