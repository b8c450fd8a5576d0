import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createPlaceLog, type PlaceWatch } from './place-log.ts'

test('[ST52] each scan is told what happened to places since it began, whichever begin and end meanwhile', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constantFrom('replace', 'touch'), place: fc.nat(20) }),
    fc.record({ kind: fc.constant('watch'), place: fc.constant(0) }),
    fc.record({ kind: fc.constant('end'), place: fc.nat(20) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const log = createPlaceLog()
      const watches: { watch: PlaceWatch; touched: Set<number>; replaced: Set<number> }[] = []
      for (const { kind, place } of steps) {
        if (kind === 'watch') watches.push({ watch: log.watch(), touched: new Set(), replaced: new Set() })
        else if (kind === 'end') watches.splice(place, 1)[0]?.watch.end()
        else {
          if (kind === 'replace') log.replace(place)
          else log.touch(place)
          for (const { touched, replaced } of watches) {
            touched.add(place)
            if (kind === 'replace') replaced.add(place)
          }
        }
        for (const { watch, touched, replaced } of watches) expect(watch.changes()).toEqual({ touched, replaced })
        expect(log.isWatched).toBe(watches.length > 0)
      }
    }),
  )
})
