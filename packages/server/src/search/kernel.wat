;; The scan over int8 vectors in shared memory, for 128-bit SIMD. Assembled into kernel-bytes.ts by its test.
;;
;; Rows lie in tiles of four: sixteen components of the first row, the same sixteen of the second, third and fourth, then the next sixteen
;; of each. One step of the loop thus reads one cache line after the other, as a plain read does, and uses each part of the query four times.
;; Unrolled further, the loads of a step need more registers than there are.
;;
;; Addresses are in bytes. What a scratch area holds where: scan-layout.ts.
(module
  (import "scan" "memory" (memory 1 65536 shared))

  ;; Compares the query with the rows of one segment and keeps the best of all segments so far.
  ;;
  ;; $scales: one f32 a row, component = int8 x scale; NaN where there is no row: no comparison with it is true.
  ;; $tiles, $count: the tiles, and how many; at least one.
  ;; $dimension: a multiple of 16, at most 4096.
  ;; $query: int16, such that |row| x |query| < 2^31 (scan-query.ts): no sum here, whole or in part, can overflow.
  ;; $places, $scores: the best `$keep` so far, best first; scores begin as -infinity.
  ;; $base: the place of the segment's first row.
  (func (export "scan")
    (param $scales i32) (param $tiles i32) (param $count i32) (param $dimension i32)
    (param $query i32) (param $scores i32) (param $places i32) (param $keep i32) (param $base i32)
    (local $end i32) (local $q i32) (local $queryEnd i32)
    (local $low v128) (local $high v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local $lastScore i32) (local $least v128)
    (local.set $end (i32.add (local.get $scales) (i32.shl (local.get $count) (i32.const 4))))
    (local.set $queryEnd (i32.add (local.get $query) (i32.shl (local.get $dimension) (i32.const 1))))
    (local.set $lastScore (i32.add (local.get $scores) (i32.shl (i32.sub (local.get $keep) (i32.const 1)) (i32.const 2))))
    (local.set $least (v128.load32_splat (local.get $lastScore)))
    (loop $nextTile
      (local.set $a (v128.const i32x4 0 0 0 0))
      (local.set $b (v128.const i32x4 0 0 0 0))
      (local.set $c (v128.const i32x4 0 0 0 0))
      (local.set $d (v128.const i32x4 0 0 0 0))
      (local.set $q (local.get $query))
      (loop $nextComponents
        (local.set $low (v128.load (local.get $q)))
        (local.set $high (v128.load offset=16 (local.get $q)))
        (local.set $a (i32x4.add (local.get $a) (i32x4.add
          (i32x4.dot_i16x8_s (v128.load8x8_s (local.get $tiles)) (local.get $low))
          (i32x4.dot_i16x8_s (v128.load8x8_s offset=8 (local.get $tiles)) (local.get $high)))))
        (local.set $b (i32x4.add (local.get $b) (i32x4.add
          (i32x4.dot_i16x8_s (v128.load8x8_s offset=16 (local.get $tiles)) (local.get $low))
          (i32x4.dot_i16x8_s (v128.load8x8_s offset=24 (local.get $tiles)) (local.get $high)))))
        (local.set $c (i32x4.add (local.get $c) (i32x4.add
          (i32x4.dot_i16x8_s (v128.load8x8_s offset=32 (local.get $tiles)) (local.get $low))
          (i32x4.dot_i16x8_s (v128.load8x8_s offset=40 (local.get $tiles)) (local.get $high)))))
        (local.set $d (i32x4.add (local.get $d) (i32x4.add
          (i32x4.dot_i16x8_s (v128.load8x8_s offset=48 (local.get $tiles)) (local.get $low))
          (i32x4.dot_i16x8_s (v128.load8x8_s offset=56 (local.get $tiles)) (local.get $high)))))
        (local.set $tiles (i32.add (local.get $tiles) (i32.const 64)))
        (br_if $nextComponents
          (i32.lt_u (local.tee $q (i32.add (local.get $q) (i32.const 32))) (local.get $queryEnd))))
      ;; The sums of the four rows side by side: first pairs of a and b, and of c and d, then all.
      (local.set $low (i32x4.add
        (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $a) (local.get $b))
        (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $a) (local.get $b))))
      (local.set $high (i32x4.add
        (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $c) (local.get $d))
        (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $c) (local.get $d))))
      (local.set $a (f32x4.mul
        (v128.load (local.get $scales))
        (f32x4.convert_i32x4_s (i32x4.add
          (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $low) (local.get $high))
          (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $low) (local.get $high))))))
      (if (v128.any_true (f32x4.gt (local.get $a) (local.get $least)))
        (then
          (call $keep (f32x4.extract_lane 0 (local.get $a)) (local.get $base)
            (local.get $lastScore) (local.get $scores) (local.get $places))
          (call $keep (f32x4.extract_lane 1 (local.get $a)) (i32.add (local.get $base) (i32.const 1))
            (local.get $lastScore) (local.get $scores) (local.get $places))
          (call $keep (f32x4.extract_lane 2 (local.get $a)) (i32.add (local.get $base) (i32.const 2))
            (local.get $lastScore) (local.get $scores) (local.get $places))
          (call $keep (f32x4.extract_lane 3 (local.get $a)) (i32.add (local.get $base) (i32.const 3))
            (local.get $lastScore) (local.get $scores) (local.get $places))
          (local.set $least (v128.load32_splat (local.get $lastScore)))))
      (local.set $base (i32.add (local.get $base) (i32.const 4)))
      (br_if $nextTile
        (i32.lt_u (local.tee $scales (i32.add (local.get $scales) (i32.const 16))) (local.get $end)))))

  ;; Puts a score in its place among the best, and the last one out. Rare: a new best of thousands. NaN is never better.
  (func $keep (param $score f32) (param $place i32) (param $at i32) (param $scores i32) (param $places i32)
    (local $toPlaces i32)
    (if (i32.eqz (f32.gt (local.get $score) (f32.load (local.get $at)))) (then (return)))
    (local.set $toPlaces (i32.sub (local.get $places) (local.get $scores)))
    (block $found
      (loop $nextBetter
        (br_if $found (i32.le_u (local.get $at) (local.get $scores)))
        (br_if $found
          (i32.eqz (f32.gt (local.get $score) (f32.load (i32.sub (local.get $at) (i32.const 4))))))
        (f32.store (local.get $at) (f32.load (i32.sub (local.get $at) (i32.const 4))))
        (i32.store (i32.add (local.get $at) (local.get $toPlaces))
          (i32.load (i32.sub (i32.add (local.get $at) (local.get $toPlaces)) (i32.const 4))))
        (local.set $at (i32.sub (local.get $at) (i32.const 4)))
        (br $nextBetter)))
    (f32.store (local.get $at) (local.get $score))
    (i32.store (i32.add (local.get $at) (local.get $toPlaces)) (local.get $place)))

  ;; Writes a row into its tile: int8 = round(component / scale), scale = greatest magnitude / 127.
  ;;
  ;; $input: f32 components. $row: the row's first sixteen bytes in its tile.
  ;; Writes to $lost the length of what rounding loses, f32. Returns the scale; when some component is not finite, infinity or NaN, and
  ;; nothing is written.
  (func (export "quantise")
    (param $input i32) (param $row i32) (param $dimension i32) (param $lost i32) (result f32)
    (local $at i32) (local $end i32) (local $greatest v128) (local $scale f32) (local $scales v128) (local $times v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local $w v128) (local $x v128) (local $y v128) (local $z v128) (local $sum v128)
    (local.set $end (i32.add (local.get $input) (i32.shl (local.get $dimension) (i32.const 2))))
    (local.set $at (local.get $input))
    (loop $nextMagnitude
      (local.set $greatest (f32x4.max (local.get $greatest) (f32x4.max
        (f32x4.abs (v128.load (local.get $at)))
        (f32x4.abs (v128.load offset=16 (local.get $at))))))
      (br_if $nextMagnitude
        (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 32))) (local.get $end))))
    (local.set $scale (f32.div
      (f32.max
        (f32.max (f32x4.extract_lane 0 (local.get $greatest)) (f32x4.extract_lane 1 (local.get $greatest)))
        (f32.max (f32x4.extract_lane 2 (local.get $greatest)) (f32x4.extract_lane 3 (local.get $greatest))))
      (f32.const 127)))
    ;; Also false for NaN.
    (if (i32.eqz (f32.lt (local.get $scale) (f32.const inf))) (then (return (local.get $scale))))
    (local.set $scales (f32x4.splat (local.get $scale)))
    ;; Nothing but zeros has the scale 0, or one too small to divide by.
    (if (f32.gt (local.get $scale) (f32.const 0x1p-120))
      (then (local.set $times (f32x4.splat (f32.div (f32.const 1) (local.get $scale))))))
    (local.set $at (local.get $input))
    (loop $nextComponents
      (local.set $a (v128.load (local.get $at)))
      (local.set $b (v128.load offset=16 (local.get $at)))
      (local.set $c (v128.load offset=32 (local.get $at)))
      (local.set $d (v128.load offset=48 (local.get $at)))
      (local.set $w (f32x4.nearest (f32x4.mul (local.get $a) (local.get $times))))
      (local.set $x (f32x4.nearest (f32x4.mul (local.get $b) (local.get $times))))
      (local.set $y (f32x4.nearest (f32x4.mul (local.get $c) (local.get $times))))
      (local.set $z (f32x4.nearest (f32x4.mul (local.get $d) (local.get $times))))
      (v128.store (local.get $row) (i8x16.narrow_i16x8_s
        (i16x8.narrow_i32x4_s (i32x4.trunc_sat_f32x4_s (local.get $w)) (i32x4.trunc_sat_f32x4_s (local.get $x)))
        (i16x8.narrow_i32x4_s (i32x4.trunc_sat_f32x4_s (local.get $y)) (i32x4.trunc_sat_f32x4_s (local.get $z)))))
      (local.set $a (f32x4.sub (local.get $a) (f32x4.mul (local.get $w) (local.get $scales))))
      (local.set $b (f32x4.sub (local.get $b) (f32x4.mul (local.get $x) (local.get $scales))))
      (local.set $c (f32x4.sub (local.get $c) (f32x4.mul (local.get $y) (local.get $scales))))
      (local.set $d (f32x4.sub (local.get $d) (f32x4.mul (local.get $z) (local.get $scales))))
      (local.set $sum (f32x4.add (local.get $sum) (f32x4.add
        (f32x4.add (f32x4.mul (local.get $a) (local.get $a)) (f32x4.mul (local.get $b) (local.get $b)))
        (f32x4.add (f32x4.mul (local.get $c) (local.get $c)) (f32x4.mul (local.get $d) (local.get $d))))))
      (local.set $row (i32.add (local.get $row) (i32.const 64)))
      (br_if $nextComponents
        (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 64))) (local.get $end))))
    (f32.store (local.get $lost) (f32.sqrt (f32.add
      (f32.add (f32x4.extract_lane 0 (local.get $sum)) (f32x4.extract_lane 1 (local.get $sum)))
      (f32.add (f32x4.extract_lane 2 (local.get $sum)) (f32x4.extract_lane 3 (local.get $sum))))))
    (local.get $scale))

  ;; Half precision, big-endian, to f32. Returns whether all are finite.
  ;;
  ;; The exponent's and fraction's 15 bits, shifted to where f32 has them, are the number / 2^112 (the biases 127 and 15 differ by it), and
  ;; the multiplication is exact, for subnormal ones too.
  (func (export "widen") (param $halves i32) (param $output i32) (param $dimension i32) (result i32)
    (local $end i32) (local $bytes v128) (local $bits v128) (local $greatest v128)
    (local.set $end (i32.add (local.get $halves) (i32.shl (local.get $dimension) (i32.const 1))))
    (loop $nextComponents
      (local.set $bytes (v128.load (local.get $halves)))
      ;; Bytes swapped, each half in the low bits of a lane.
      (local.set $bits
        (i8x16.shuffle 1 0 16 16 3 2 16 16 5 4 16 16 7 6 16 16 (local.get $bytes) (v128.const i32x4 0 0 0 0)))
      (v128.store (local.get $output) (call $toFloat (local.get $bits)))
      (local.set $greatest (i32x4.max_u (local.get $greatest) (v128.and (local.get $bits) (v128.const i32x4 0x7fff 0x7fff 0x7fff 0x7fff))))
      (local.set $bits
        (i8x16.shuffle 9 8 16 16 11 10 16 16 13 12 16 16 15 14 16 16 (local.get $bytes) (v128.const i32x4 0 0 0 0)))
      (v128.store offset=16 (local.get $output) (call $toFloat (local.get $bits)))
      (local.set $greatest (i32x4.max_u (local.get $greatest) (v128.and (local.get $bits) (v128.const i32x4 0x7fff 0x7fff 0x7fff 0x7fff))))
      (local.set $output (i32.add (local.get $output) (i32.const 32)))
      (br_if $nextComponents
        (i32.lt_u (local.tee $halves (i32.add (local.get $halves) (i32.const 16))) (local.get $end))))
    (i32x4.all_true (i32x4.lt_u (local.get $greatest) (v128.const i32x4 0x7c00 0x7c00 0x7c00 0x7c00))))

  (func $toFloat (param $bits v128) (result v128)
    (v128.or
      (f32x4.mul
        (i32x4.shl (v128.and (local.get $bits) (v128.const i32x4 0x7fff 0x7fff 0x7fff 0x7fff)) (i32.const 13))
        (v128.const f32x4 0x1p112 0x1p112 0x1p112 0x1p112))
      (i32x4.shl (v128.and (local.get $bits) (v128.const i32x4 0x8000 0x8000 0x8000 0x8000)) (i32.const 16))))

  ;; Overwrites a row.
  (func (export "clear") (param $row i32) (param $dimension i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $row) (i32.shl (local.get $dimension) (i32.const 2))))
    (loop $nextComponents
      (v128.store (local.get $row) (v128.const i32x4 0 0 0 0))
      (br_if $nextComponents
        (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 64))) (local.get $end)))))

  ;; Only reads, as fast as it can: what no scan of the same bytes can beat. $bytes: a multiple of 64.
  (func (export "read") (param $at i32) (param $bytes i32) (result i32)
    (local $end i32) (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local.set $end (i32.add (local.get $at) (local.get $bytes)))
    (loop $nextLine
      (local.set $a (v128.xor (local.get $a) (v128.load (local.get $at))))
      (local.set $b (v128.xor (local.get $b) (v128.load offset=16 (local.get $at))))
      (local.set $c (v128.xor (local.get $c) (v128.load offset=32 (local.get $at))))
      (local.set $d (v128.xor (local.get $d) (v128.load offset=48 (local.get $at))))
      (br_if $nextLine
        (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 64))) (local.get $end))))
    (local.set $a (v128.xor
      (v128.xor (local.get $a) (local.get $b))
      (v128.xor (local.get $c) (local.get $d))))
    (i32.xor
      (i32.xor (i32x4.extract_lane 0 (local.get $a)) (i32x4.extract_lane 1 (local.get $a)))
      (i32.xor (i32x4.extract_lane 2 (local.get $a)) (i32x4.extract_lane 3 (local.get $a))))))
