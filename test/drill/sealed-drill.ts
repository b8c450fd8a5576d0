import { defineDrill } from './define-drill.ts'
import { progress } from './progress.ts'
import { say } from './say.ts'
import { searchSealed } from './search-sealed.ts'

const leastRecall = 0.999
const probes = 50
const maxPeople = 10_000

/** Searches of sealed templates, in a database of its own. */
export const sealedDrill = defineDrill({
  name: 'sealed',
  summary: 'searches of sealed templates',
  options: { rows: maxPeople },
  async run({ options }) {
    const total = Math.min(options.rows, maxPeople)
    const figures = await searchSealed(total, { probes, onProgress: progress('template', total) })
    const { people, recall, heldMegabytes, countedMegabytes, firstMs, sealedMs, turnedMs } = figures
    const memory = `${heldMegabytes.toFixed(1)} MiB held (${countedMegabytes.toFixed(1)} counted)`
    return say(
      'KE13',
      `${people} sealed templates, ${probes} probes: recall of the 10 nearest ${recall.toFixed(4)}, ${memory}, opened in ${Math.round(firstMs)} ms, then median ${sealedMs.toFixed(1)} ms; pgvector on the same people turned alone ${turnedMs.toFixed(1)} ms`,
      recall >= leastRecall,
    )
  },
})
