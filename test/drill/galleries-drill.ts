import { defineDrill } from './define-drill.ts'
import { progress } from './progress.ts'
import { say } from './say.ts'
import { searchGalleries } from './search-galleries.ts'

const leastRecall = 0.999
const probes = 50

/** Searches in one gallery among many, in a database of its own. */
export const galleriesDrill = defineDrill({
  name: 'galleries',
  summary: 'searches in one gallery among many',
  options: { rows: 200_000 },
  async run({ options: { rows: total } }) {
    const sizes = [10, 100, 1000, 20_000].filter((size) => size <= total / 2)
    const figures = await searchGalleries(sizes, { total, probes, onProgress: progress('template', total) })
    return figures
      .map(({ people, recall, medianMs }) =>
        say(
          'TPL-09',
          `${people} of ${total} templates, ${probes} probes: recall of the 10 nearest ${recall.toFixed(4)}, median ${medianMs.toFixed(1)} ms`,
          recall >= leastRecall,
        ),
      )
      .every(Boolean)
  },
})
