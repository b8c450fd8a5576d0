import { describe, expect, it } from 'vitest'
import { drills, usualDrills } from './drills.ts'
import { readDrills } from './read-drills.ts'

describe('the command line of the drills', () => {
  it('runs the usual ones when none is named', () => {
    expect(readDrills([]).map(({ drill }) => drill.name)).toEqual([...usualDrills])
  })

  it('gives each drill its own options, as numbers where they are numbers', () => {
    const [timing, dump] = readDrills(['timing', 'dump', '--minutes', '3', '--people', '7'])
    expect(timing?.options).toEqual({ requests: 2000, pins: 2000, minutes: 3 })
    expect(dump?.options).toEqual({ people: 7, tries: 10_000 })
  })

  it('refuses a drill, an option or a number that is none', () => {
    expect(() => readDrills(['nothing'])).toThrow('There is no drill nothing')
    expect(() => readDrills(['kills', '--minutes', '3'])).toThrow('None of the chosen drills')
    expect(() => readDrills(['kills', '--crashes', 'many'])).toThrow('has to be a number')
    expect(() => readDrills(['kills', '--unheard', '3'])).toThrow()
  })

  it('has one drill for a name', () => {
    const names = drills.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })
})
