import { searchEngine } from '@mien/shared/api/galleries'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chooseEngine, type EngineFacts, leastInMemory, wantsMemory } from './choose-engine.ts'

const memory = fc.constantFrom('idle', 'loading', 'ready', 'too_large', 'waiting', 'failed', 'off')
const facts: fc.Arbitrary<EngineFacts> = fc.record({
  choice: fc.constantFrom(...searchEngine.options),
  faces: fc.nat(2 * leastInMemory),
  memory,
  hasGraph: fc.boolean(),
})

describe('the choice of an engine', () => {
  test.each<[Partial<EngineFacts>, string, string]>([
    [{ faces: leastInMemory - 1 }, 'database', 'small'],
    [{}, 'memory', 'fits'],
    [{ memory: 'loading' }, 'database', 'loading'],
    [{ memory: 'loading', hasGraph: true }, 'database', 'loading'],
    [{ memory: 'too_large', hasGraph: true }, 'hnsw', 'too_large'],
    [{ memory: 'waiting', hasGraph: true }, 'hnsw', 'waiting'],
    [{ memory: 'off', hasGraph: true }, 'hnsw', 'off'],
    [{ memory: 'too_large' }, 'database', 'too_large'],
    [{ choice: 'database' }, 'database', 'chosen'],
    [{ choice: 'memory', faces: 1 }, 'memory', 'chosen'],
    [{ choice: 'memory', memory: 'failed', hasGraph: true }, 'database', 'failed'],
    [{ choice: 'hnsw', hasGraph: true, faces: 1 }, 'hnsw', 'chosen'],
    [{ choice: 'hnsw' }, 'database', 'no_graph'],
  ])('[ST63] %o: %s, %s', (given, engine, reason) => {
    const all: EngineFacts = { choice: 'auto', faces: leastInMemory, memory: 'ready', hasGraph: false, ...given }
    expect(chooseEngine(all)).toEqual({ engine, reason })
  })

  test('[ST63] nothing is searched by what is not there, and nothing by a graph that was not chosen while it is, or will be, in memory', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const { engine } = chooseEngine(given)
        if (engine === 'hnsw') expect(given.hasGraph).toBe(true)
        if (engine === 'memory') expect([given.memory, wantsMemory(given)]).toEqual(['ready', true])
        const isComing = ['ready', 'idle', 'loading'].includes(given.memory)
        if (isComing && given.choice !== 'hnsw') expect(engine).not.toBe('hnsw')
      }),
    )
  })
})
