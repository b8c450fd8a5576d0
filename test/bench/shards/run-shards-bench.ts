import { parseArgs } from 'node:util'
import { cosine } from '@mien/shared/template/unit-vector'
import { createScanPool, type ScanPool } from '../../../packages/server/src/search/scan-pool.ts'
import type { VectorBlock } from '../../../packages/server/src/search/vector-block.ts'
import { faceIdOf, numberOf } from '../search/stored-gallery.ts'
import { syntheticSource, type TemplateSource } from '../search/template-source.ts'
import { bucketOf, mergeTopK, type Scored } from './merge-top-k.ts'
import { hedged, quantileOf, slowestOf } from './shard-tail.ts'

/** Candidates that each part scores again on the vectors themselves, and what it hands on. */
const candidates = 32
const wanted = 5

/**
 * `npm run bench -- shards`: whether a gallery in parts finds what the whole finds, and how long the slowest of many parts takes, from
 * times of one that are measured here. Parts on other machines are not measured: their times are taken to be like these, without the way.
 */
export async function runShardsBench(parameters: readonly string[]): Promise<void> {
  const options = {
    rows: { type: 'string', default: '1000000' },
    searches: { type: 'string', default: '600' },
    buckets: { type: 'string', default: '8' },
  } as const
  const { values } = parseArgs({ args: [...parameters], options })
  const [rows, searches, buckets] = [values.rows, values.searches, values.buckets].map(Number) as [
    number,
    number,
    number,
  ]
  const source = syntheticSource(rows, searches)
  const pool = createScanPool({ threads: 1 })
  try {
    const parts = fill(pool, source, buckets)
    const whole = fill(pool, source, 1)
    const same = await compare(source, whole, parts)
    console.log(
      `${rows.toLocaleString('en')} templates in ${buckets} parts by person (${parts.map(({ size }) => size).join(', ')}): ` +
        `the best ${wanted} of ${source.probes.length} searches are those of the whole in ${same} (${source.probes.length} wanted)`,
    )
    report(await timesOf(source, whole[0]!), rows)
  } finally {
    await pool.close()
  }
}

function fill(pool: ScanPool, source: TemplateSource, buckets: number): readonly VectorBlock[] {
  const expected = Math.ceil((source.rows / buckets) * 1.05)
  const blocks = Array.from({ length: buckets }, () => pool.createBlock({ dimension: source.dimension, expected }))
  const vector = new Float32Array(source.dimension)
  for (let row = 0; row < source.rows; row++) {
    source.write(row, vector)
    blocks[bucketOf(String(source.personOf(row)), buckets)]!.put(faceIdOf(row), vector)
    if ((row + 1) % 200_000 === 0) console.error(`${buckets} part(s): ${row + 1} templates`)
  }
  return blocks
}

/** As a server does it: the block proposes, the vectors decide. */
async function search(source: TemplateSource, block: VectorBlock, probe: Float32Array): Promise<readonly Scored[]> {
  const proposed = await block.nearest(probe, candidates)
  const stored = new Float32Array(source.dimension)
  const scored = proposed.map(({ id }) => {
    source.write(numberOf(id), stored)
    return { id, score: cosine(probe, stored) }
  })
  return mergeTopK([scored], wanted)
}

/** @returns how many searches gave the same */
async function compare(
  source: TemplateSource,
  [whole]: readonly VectorBlock[],
  parts: readonly VectorBlock[],
): Promise<number> {
  let same = 0
  for (const { vector } of source.probes) {
    const found = await Promise.all(parts.map((part) => search(source, part, vector)))
    const expected = await search(source, whole!, vector)
    if (JSON.stringify(mergeTopK(found, wanted)) === JSON.stringify(expected)) same++
  }
  return same
}

async function timesOf({ probes }: TemplateSource, block: VectorBlock): Promise<readonly number[]> {
  const times: number[] = []
  for (const { vector } of probes) {
    const began = performance.now()
    await block.nearest(vector, candidates)
    times.push(performance.now() - began)
  }
  return times
}

function report(times: readonly number[], rows: number): void {
  const sorted = [...times].sort((a, b) => a - b)
  const patience = quantileOf(sorted, 0.95)
  const twice = hedged(times, patience)
  const ms = (value: number) => value.toFixed(1)
  console.log(
    `\n| parts of ${rows.toLocaleString('en')} | templates | slowest p50 | p99 | p99, second copy after ${ms(patience)} ms |`,
  )
  console.log('| --- | --- | --- | --- | --- |')
  for (const parts of [1, 2, 4, 8, 16, 32, 64, 128]) {
    const cells = [
      parts,
      (parts * rows).toLocaleString('en'),
      `${ms(slowestOf(times, parts, 0.5))} ms`,
      `${ms(slowestOf(times, parts, 0.99))} ms`,
      `${ms(slowestOf(twice, parts, 0.99))} ms`,
    ]
    console.log(`| ${cells.join(' | ')} |`)
  }
}
