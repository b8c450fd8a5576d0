import { expect, test } from 'vitest'
import { createCaptureSeats } from './capture-seats.ts'

/** Work that ends when the test says so. */
function work() {
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  return { run: () => ended, end }
}

const ofNetwork = (i: number, applicationId = 'one') => ({ applicationId, clientAddress: `198.51.${i}.7` })

test('[SV30] an application takes half of the places and no more, from however many networks; another one goes on', async () => {
  const seats = createCaptureSeats()
  const { run, end } = work()
  const held = Array.from({ length: 16 }, (_, i) => seats.hold(ofNetwork(i), run))
  let hasRun = false
  const more = seats.hold(ofNetwork(16), async () => {
    hasRun = true
  })
  await expect(more).rejects.toMatchObject({ code: 'OVERLOADED', details: { retry_after: 2 } })
  expect(hasRun).toBe(false)
  await expect(seats.hold(ofNetwork(16, 'another'), async () => 'done')).resolves.toBe('done')
  end()
  await Promise.all(held)
  await expect(seats.hold(ofNetwork(16), async () => 'done')).resolves.toBe('done')
})

test('[SV30] a network takes four, and gives back what fails', async () => {
  const seats = createCaptureSeats()
  const { run, end } = work()
  const held = [1, 2, 3, 4].map((i) => seats.hold({ applicationId: `of ${i}`, clientAddress: `203.0.113.${i}` }, run))
  const more = () =>
    seats.hold({ applicationId: 'one', clientAddress: '203.0.113.200' }, () => Promise.reject(new Error('no')))
  await expect(more()).rejects.toMatchObject({ code: 'RATE_LIMITED', details: { retry_after: 2 } })
  end()
  await Promise.all(held)
  for (let i = 0; i < 5; i++) await expect(more()).rejects.toThrow('no')
})
