import fc from 'fast-check'
import { expect, test } from 'vitest'
import { writeWhole } from './write-whole.ts'

test('[MV4] what the system takes in parts is written whole and in order, and what it refuses is told', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 50 }), (bytes, most) => {
      const taken: number[] = []
      writeWhole(0, bytes, (_, all, at) => {
        const part = all.subarray(at, at + most)
        taken.push(...part)
        return part.length
      })
      expect(taken).toEqual([...bytes])
      let room = 3
      const onFullDisk = () => {
        if (room-- === 0) throw new Error('ENOSPC')
        return 1
      }
      if (bytes.length > 3) expect(() => writeWhole(0, bytes, onFullDisk)).toThrow('ENOSPC')
    }),
  )
})
