import { expect, it } from 'vitest'
import { movePeople } from './move-people.ts'

const serverUrl = process.env.TEST_DATABASE_URL

it.runIf(serverUrl)(
  '[MV1] [MV2] [R11] moves people to PostgreSQL and back: payloads, PINs, consents and decisions are the same',
  async () => {
    const people = 300
    const { before, between, after, tables } = await movePeople(serverUrl!, { people, probes: 60, pins: 60 })
    expect(before).toMatchObject({ people, payloads: people, consents: people, pins: 60 })
    expect(before.recognised).toBeGreaterThanOrEqual(58)
    expect(between).toEqual(before)
    expect(after).toEqual(before)
    expect(tables.find(({ table }) => table === 'faces')?.rows).toBe(330)
  },
)
