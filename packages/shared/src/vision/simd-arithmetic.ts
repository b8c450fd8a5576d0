import { decodeBase64Url } from '../bytes.ts'
import { kernels } from './kernels.ts'
import type { Halving, PixelArithmetic } from './pixel-arithmetic.ts'
import type { Raster, Region } from './raster.ts'

/** What `kernels.wat` exports. Addresses and strides in bytes, sizes in pixels. */
interface Kernels {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number }
  readonly halveBoth: Halve
  readonly halveAcross: Halve
  readonly halveDown: Halve
  readonly pack: (from: number, to: number, count: number, shift: number, scale: number, offset: number) => void
}
type Halve = (from: number, stride: number, to: number, width: number, height: number) => void

/** The part of the hosts' own interface that is used here. */
interface WebAssemblyHost {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  readonly Instance: new (module: object) => { readonly exports: object }
}

const pageBytes = 65_536

/** Pixels that the kernels may read and write past the end of an image. */
const slackPixels = 16

/** Pixels beside each row of a region up to which copying them along takes less time than leaving them out. By measurement. */
const fewBeside = 512

/** Pixels that are halved at a time: they and what becomes of them stay in the processor's cache. */
const stripPixels = 65_536

/**
 * `PixelArithmetic` in WebAssembly with 128-bit SIMD, in a memory that grows to the largest piece of an image that was worked on. Each
 * call begins anew in it.
 *
 * @returns undefined where the host compiles no such module: it has no SIMD, or its page forbids it
 */
export function openSimdArithmetic(): PixelArithmetic | undefined {
  const instance = instantiate()
  if (instance === undefined) return undefined
  let memory = new Uint32Array(instance.memory.buffer)

  const reserve = (pixels: number): void => {
    const missing = (pixels + slackPixels) * 4 - instance.memory.buffer.byteLength
    if (missing <= 0) return
    instance.memory.grow(Math.ceil(missing / pageBytes))
    memory = new Uint32Array(instance.memory.buffer)
  }

  /** To the beginning of the memory, a row every `stride` pixels. */
  const load = ({ words, width }: Raster, region: Region, stride: number): void => {
    const start = region.top * width + region.left
    if (stride === width) {
      memory.set(words.subarray(start, start + width * (region.height - 1) + region.width))
      return
    }
    for (let y = 0; y < region.height; y++) {
      memory.set(words.subarray(start + y * width, start + y * width + region.width), y * stride)
    }
  }

  /** What was loaded. @returns where it lies then, in pixels, without a gap */
  const halveStrip = (strip: Size, loadedStride: number, halvings: readonly Halving[]): number => {
    let size = strip
    let stride = loadedStride
    let [from, to] = [0, loadedStride * strip.height + slackPixels]
    for (const halving of halvings) {
      size = halved(size, halving)
      kernelOf(instance, halving)(from * 4, stride * 4, to * 4, size.width, size.height)
      stride = size.width
      ;[from, to] = [to, from]
    }
    return from
  }

  return {
    reduce(source, region, halvings) {
      const { width, height } = halvings.reduce(halved, region)
      const rowsOfOne = 2 ** halvings.filter(({ y }) => y).length
      const stride = source.width - region.width <= fewBeside ? source.width : region.width
      const rowsAtOnce = Math.max(1, Math.floor(stripPixels / (stride * rowsOfOne)))
      const words = new Uint32Array(width * height)
      reserve(2 * (stride * rowsOfOne * Math.min(rowsAtOnce, height) + slackPixels))
      for (let y = 0; y < height; y += rowsAtOnce) {
        const rows = Math.min(rowsAtOnce, height - y)
        const strip = { ...region, top: region.top + y * rowsOfOne, height: rows * rowsOfOne }
        load(source, strip, stride)
        const at = halveStrip(strip, stride, halvings)
        words.set(memory.subarray(at, at + rows * width), y * width)
      }
      return { words, width, height }
    },

    pack({ words }, planes, data) {
      const size = words.length
      // Each plane begins where the last pixels of the one before may have been written past.
      const to = size + slackPixels
      reserve(to + planes.length * size)
      memory.set(words)
      planes.forEach(({ shift, scale, offset }, i) => {
        instance.pack(0, (to + i * size) * 4, size, shift, scale, offset)
      })
      data.set(new Float32Array(instance.memory.buffer, to * 4, planes.length * size))
    },
  }
}

type Size = Pick<Region, 'width' | 'height'>

const halved = ({ width, height }: Size, { x, y }: Halving): Size => ({
  width: x ? width >> 1 : width,
  height: y ? height >> 1 : height,
})

const kernelOf = ({ halveBoth, halveAcross, halveDown }: Kernels, { x, y }: Halving): Halve =>
  x && y ? halveBoth : x ? halveAcross : halveDown

function instantiate(): Kernels | undefined {
  const host = (globalThis as { WebAssembly?: WebAssemblyHost }).WebAssembly
  if (host === undefined) return undefined
  try {
    return new host.Instance(new host.Module(decodeBase64Url(kernels))).exports as Kernels
  } catch {
    return undefined
  }
}
