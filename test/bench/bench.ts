/**
 * `npm run bench [-- search|load …]`: `search` measures the engines that find a face in a gallery, `load` a server under requests. Without a
 * name, the pipeline from image to template, with the options of `pipeline-bench.ts`.
 */
const named: Readonly<Record<string, (parameters: readonly string[]) => Promise<void>>> = {
  load: async (parameters) => (await import('./load/run-load-bench.ts')).runLoadBench(parameters),
  search: async (parameters) => (await import('./search/run-search-bench.ts')).runSearchBench(parameters),
}

const [name = '', ...parameters] = process.argv.slice(2)
const bench = Object.hasOwn(named, name) ? named[name] : undefined
if (bench === undefined) await import('./pipeline-bench.ts')
else await bench(parameters)
