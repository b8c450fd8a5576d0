/**
 * `npm run bench [-- search|load|shards …]`: `search` measures the engines that find a face in a gallery, `load` servers under sign-ins, `shards` a
 * gallery in parts. Without a name, the pipeline from image to template, with the options of `pipeline-bench.ts`.
 */
import { runLoadBench } from './load/run-load-bench.ts'
import { runTenantsBench } from './load/run-tenants-bench.ts'
import { runSearchBench } from './search/run-search-bench.ts'
import { runShardsBench } from './shards/run-shards-bench.ts'

const named: ReadonlyMap<string, (parameters: readonly string[]) => Promise<void>> = new Map([
  ['load', runLoadBench],
  ['search', runSearchBench],
  ['tenants', runTenantsBench],
  ['shards', runShardsBench],
])

const [name = '', ...parameters] = process.argv.slice(2)
const bench = named.get(name)
// It reads its options as it is loaded.
if (bench === undefined) await import('./pipeline-bench.ts')
else await bench(parameters)
