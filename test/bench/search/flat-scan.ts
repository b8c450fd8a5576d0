import createWabt from 'wabt'

/** Single-precision templates one after another, and every cosine with a probe: the truth that engines are measured against. */
export interface FlatScan {
  readonly dimension: number
  /** Where row `row` is written: at `row * dimension`. */
  readonly vectors: Float32Array
  /** Cosine with each of the first `rows`. Valid until the next call. */
  scores(probe: Float32Array, rows: number): Float32Array
  /** The row with the greatest cosine. */
  best(probe: Float32Array, rows: number): { readonly row: number; readonly score: number }
}

/** One multiply and one add a component, four sums at once: bound by memory. */
const source = `(module
  (import "host" "memory" (memory 1))
  (func (export "scores") (param $row i32) (param $count i32) (param $bytes i32) (param $probe i32) (param $out i32)
    (local $at i32) (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (loop $rows
      (local.set $a (v128.const f32x4 0 0 0 0)) (local.set $b (local.get $a))
      (local.set $c (local.get $a)) (local.set $d (local.get $a))
      (local.set $at (i32.const 0))
      (loop $parts
        (local.set $a (f32x4.add (local.get $a) (f32x4.mul
          (v128.load (i32.add (local.get $row) (local.get $at))) (v128.load (i32.add (local.get $probe) (local.get $at))))))
        (local.set $b (f32x4.add (local.get $b) (f32x4.mul
          (v128.load offset=16 (i32.add (local.get $row) (local.get $at))) (v128.load offset=16 (i32.add (local.get $probe) (local.get $at))))))
        (local.set $c (f32x4.add (local.get $c) (f32x4.mul
          (v128.load offset=32 (i32.add (local.get $row) (local.get $at))) (v128.load offset=32 (i32.add (local.get $probe) (local.get $at))))))
        (local.set $d (f32x4.add (local.get $d) (f32x4.mul
          (v128.load offset=48 (i32.add (local.get $row) (local.get $at))) (v128.load offset=48 (i32.add (local.get $probe) (local.get $at))))))
        (br_if $parts (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 64))) (local.get $bytes))))
      (local.set $a (f32x4.add (f32x4.add (local.get $a) (local.get $b)) (f32x4.add (local.get $c) (local.get $d))))
      (f32.store (local.get $out) (f32.add
        (f32.add (f32x4.extract_lane 0 (local.get $a)) (f32x4.extract_lane 1 (local.get $a)))
        (f32.add (f32x4.extract_lane 2 (local.get $a)) (f32x4.extract_lane 3 (local.get $a)))))
      (local.set $out (i32.add (local.get $out) (i32.const 4)))
      (local.set $row (i32.add (local.get $row) (local.get $bytes)))
      (br_if $rows (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))))`

interface Kernel {
  scores(row: number, count: number, bytes: number, probe: number, out: number): void
}

const pageBytes = 65_536
/** As far as 32-bit addresses reach. */
const maxPages = 65_536

/** @param dimension a multiple of 16 @throws RangeError when they are more than WebAssembly can address: two million of 512 */
export async function createFlatScan(rows: number, dimension: number): Promise<FlatScan> {
  const rowBytes = 4 * dimension
  const pages = Math.ceil((rowBytes + (rowBytes + 4) * rows) / pageBytes)
  if (pages > maxPages) throw new RangeError(`${rows} rows are more than WebAssembly can address`)
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages })
  const { scores } = await instantiate(memory)
  const probeArea = new Float32Array(memory.buffer, 0, dimension)
  const vectors = new Float32Array(memory.buffer, rowBytes, rows * dimension)
  const outAt = rowBytes * (rows + 1)
  const out = new Float32Array(memory.buffer, outAt, rows)
  const all = (probe: Float32Array, count: number): Float32Array => {
    probeArea.set(probe)
    scores(rowBytes, count, rowBytes, 0, outAt)
    return out.subarray(0, count)
  }
  return {
    dimension,
    vectors,
    scores: all,
    best(probe, count) {
      const found = all(probe, count)
      let row = 0
      for (let i = 1; i < count; i++) if (found[i]! > found[row]!) row = i
      return { row, score: found[row]! }
    },
  }
}

async function instantiate(memory: WebAssembly.Memory): Promise<Kernel> {
  const wabt = await createWabt()
  const parsed = wabt.parseWat('flat-scan.wat', source, { simd: true })
  const { buffer } = parsed.toBinary({})
  parsed.destroy()
  const { instance } = await WebAssembly.instantiate(new Uint8Array(buffer), { host: { memory } })
  return instance.exports as unknown as Kernel
}
