;; The arithmetic of `pixel-arithmetic.ts` on four pixels at once. Pixels are words 0xAABBGGRR, little-endian: bytes red, green, blue, alpha.
;; Addresses are bytes. What is read may reach 28 bytes past the pixels, what is written 12: the memory has room behind them.
(module
  (memory (export "memory") 1)

  ;; Each row of `width` new pixels out of twice as many in two rows, `stride` bytes apart: (a + b + c + d + 2) >> 2 a channel.
  (func (export "halveBoth") (param $from i32) (param $stride i32) (param $to i32) (param $width i32) (param $height i32)
    (local $above i32) (local $below i32) (local $end i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local $first v128) (local $second v128) (local $redAndBlue v128) (local $two v128)
    (local.set $redAndBlue (v128.const i16x8 255 255 255 255 255 255 255 255))
    (local.set $two (v128.const i16x8 2 2 2 2 2 2 2 2))
    (loop $rows
      (local.set $above (local.get $from))
      (local.set $below (i32.add (local.get $from) (local.get $stride)))
      (local.set $end (i32.add (local.get $to) (i32.shl (local.get $width) (i32.const 2))))
      (loop $pixels
        (local.set $a (v128.load (local.get $above)))
        (local.set $b (v128.load offset=16 (local.get $above)))
        (local.set $c (v128.load (local.get $below)))
        (local.set $d (v128.load offset=16 (local.get $below)))
        ;; Two rows are one, each byte in 16 bits: red and blue, then green and alpha.
        (local.set $first
          (i16x8.add
            (v128.and (local.get $a) (local.get $redAndBlue))
            (v128.and (local.get $c) (local.get $redAndBlue))))
        (local.set $second
          (i16x8.add
            (v128.and (local.get $b) (local.get $redAndBlue))
            (v128.and (local.get $d) (local.get $redAndBlue))))
        (local.set $a
          (i16x8.add (i16x8.shr_u (local.get $a) (i32.const 8)) (i16x8.shr_u (local.get $c) (i32.const 8))))
        (local.set $b
          (i16x8.add (i16x8.shr_u (local.get $b) (i32.const 8)) (i16x8.shr_u (local.get $d) (i32.const 8))))
        (v128.store (local.get $to)
          (v128.or
            (i16x8.shr_u
              (i16x8.add
                (i16x8.add
                  (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27 (local.get $first) (local.get $second))
                  (i8x16.shuffle 4 5 6 7 12 13 14 15 20 21 22 23 28 29 30 31 (local.get $first) (local.get $second)))
                (local.get $two))
              (i32.const 2))
            ;; Green and alpha, at most 1022: two down and eight up.
            (v128.andnot
              (i16x8.shl
                (i16x8.add
                  (i16x8.add
                    (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27 (local.get $a) (local.get $b))
                    (i8x16.shuffle 4 5 6 7 12 13 14 15 20 21 22 23 28 29 30 31 (local.get $a) (local.get $b)))
                  (local.get $two))
                (i32.const 6))
              (local.get $redAndBlue))))
        (local.set $above (i32.add (local.get $above) (i32.const 32)))
        (local.set $below (i32.add (local.get $below) (i32.const 32)))
        (local.set $to (i32.add (local.get $to) (i32.const 16)))
        (br_if $pixels (i32.lt_u (local.get $to) (local.get $end))))
      ;; What was written past the row is written over by the next.
      (local.set $to (local.get $end))
      (local.set $from (i32.add (local.get $from) (i32.shl (local.get $stride) (i32.const 1))))
      (local.set $height (i32.sub (local.get $height) (i32.const 1)))
      (br_if $rows (local.get $height))))

  ;; The same where only the width is halved: (2a + 2b + 2) >> 2 = (a + b + 1) >> 1.
  (func (export "halveAcross") (param $from i32) (param $stride i32) (param $to i32) (param $width i32) (param $height i32)
    (local $at i32) (local $end i32)
    (loop $rows
      (local.set $at (local.get $from))
      (local.set $end (i32.add (local.get $to) (i32.shl (local.get $width) (i32.const 2))))
      (loop $pixels
        (v128.store (local.get $to)
          (i8x16.avgr_u
            (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27
              (v128.load (local.get $at)) (v128.load offset=16 (local.get $at)))
            (i8x16.shuffle 4 5 6 7 12 13 14 15 20 21 22 23 28 29 30 31
              (v128.load (local.get $at)) (v128.load offset=16 (local.get $at)))))
        (local.set $at (i32.add (local.get $at) (i32.const 32)))
        (local.set $to (i32.add (local.get $to) (i32.const 16)))
        (br_if $pixels (i32.lt_u (local.get $to) (local.get $end))))
      (local.set $to (local.get $end))
      (local.set $from (i32.add (local.get $from) (local.get $stride)))
      (local.set $height (i32.sub (local.get $height) (i32.const 1)))
      (br_if $rows (local.get $height))))

  ;; The same where only the height is halved.
  (func (export "halveDown") (param $from i32) (param $stride i32) (param $to i32) (param $width i32) (param $height i32)
    (local $above i32) (local $end i32)
    (loop $rows
      (local.set $above (local.get $from))
      (local.set $end (i32.add (local.get $to) (i32.shl (local.get $width) (i32.const 2))))
      (loop $pixels
        (v128.store (local.get $to)
          (i8x16.avgr_u
            (v128.load (local.get $above))
            (v128.load (i32.add (local.get $above) (local.get $stride)))))
        (local.set $above (i32.add (local.get $above) (i32.const 16)))
        (local.set $to (i32.add (local.get $to) (i32.const 16)))
        (br_if $pixels (i32.lt_u (local.get $to) (local.get $end))))
      (local.set $to (local.get $end))
      (local.set $from (i32.add (local.get $from) (i32.shl (local.get $stride) (i32.const 1))))
      (local.set $height (i32.sub (local.get $height) (i32.const 1)))
      (br_if $rows (local.get $height))))

  ;; One channel of each pixel, `shift` bits up in its word, as float32: byte * scale + offset in float64, rounded once.
  (func (export "pack")
    (param $from i32) (param $to i32) (param $count i32) (param $shift i32) (param $scale f64) (param $offset f64)
    (local $end i32) (local $bytes v128) (local $scales v128) (local $offsets v128)
    (local.set $end (i32.add (local.get $to) (i32.shl (local.get $count) (i32.const 2))))
    (local.set $scales (f64x2.splat (local.get $scale)))
    (local.set $offsets (f64x2.splat (local.get $offset)))
    (loop $pixels
      (local.set $bytes
        (v128.and
          (i32x4.shr_u (v128.load (local.get $from)) (local.get $shift))
          (v128.const i32x4 255 255 255 255)))
      (v128.store (local.get $to)
        (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
          (f32x4.demote_f64x2_zero
            (f64x2.add
              (f64x2.mul (f64x2.convert_low_i32x4_s (local.get $bytes)) (local.get $scales))
              (local.get $offsets)))
          (f32x4.demote_f64x2_zero
            (f64x2.add
              (f64x2.mul
                (f64x2.convert_low_i32x4_s
                  (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $bytes) (local.get $bytes)))
                (local.get $scales))
              (local.get $offsets)))))
      (local.set $from (i32.add (local.get $from) (i32.const 16)))
      (local.set $to (i32.add (local.get $to) (i32.const 16)))
      (br_if $pixels (i32.lt_u (local.get $to) (local.get $end))))))
