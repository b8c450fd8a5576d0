import { MienError } from '@mien/shared/errors'
import { openArena, type ScanArena } from './scan-arena.ts'
import { type KernelModule, openMemory } from './scan-kernel.ts'
import { arenaBytes, scratchBytes, segmentBytes } from './scan-layout.ts'

export interface Segment {
  /** Number of its arena. */
  readonly number: number
  readonly arena: ScanArena
  /** Address in the arena. */
  readonly at: number
}

/** Hands out segments of shared memory and takes them back for the next block. */
export interface SegmentStore {
  /** Holds nothing of anybody: zeros. @throws MienError OVERLOADED when the machine gives no more */
  take(): Segment
  /** Overwrites it. */
  give(segment: Segment): void
  arenaOf(number: number): ScanArena
  /** Of all arenas that are held, used or not. */
  readonly heldBytes: number
  close(): void
}

export interface SegmentStoreOptions {
  readonly module: KernelModule
  /** Scratch areas in each arena. */
  readonly slots: number
  /** Called when arenas were let go: their memory goes back to the machine when no thread holds it either. */
  readonly onLetGo?: () => void
  /** Until an arena that nobody uses is let go. Default 30 s: what one block gave back, the next mostly needs. */
  readonly keepMs?: number
}

interface Held {
  readonly number: number
  readonly arena: ScanArena
  /** Addresses that were given back. */
  readonly free: number[]
  /** The first address that was never taken. */
  fresh: number
  used: number
}

export function createSegmentStore({ module, slots, onLetGo, keepMs = 30_000 }: SegmentStoreOptions): SegmentStore {
  const first = Math.ceil((slots * scratchBytes) / segmentBytes) * segmentBytes
  const held = new Map<number, Held>()
  let nextNumber = 0
  let timer: NodeJS.Timeout | undefined

  const hasRoom = ({ free, fresh }: Held) => free.length > 0 || fresh < arenaBytes
  const isIdle = ({ used }: Held) => used === 0

  function open(): Held {
    try {
      const opened = {
        number: nextNumber++,
        arena: openArena(module, openMemory(arenaBytes)),
        free: [],
        fresh: first,
        used: 0,
      }
      held.set(opened.number, opened)
      return opened
    } catch (cause) {
      throw new MienError('OVERLOADED', { message: 'The machine has no memory for another gallery', cause })
    }
  }

  /** One that nobody uses is kept for what comes. */
  function letGo(): void {
    timer = undefined
    const idle = [...held.values()].filter(isIdle).slice(1)
    for (const { number } of idle) held.delete(number)
    if (idle.length > 0) onLetGo?.()
  }

  function planLettingGo(): void {
    if (timer !== undefined || [...held.values()].filter(isIdle).length < 2) return
    timer = setTimeout(letGo, keepMs)
    timer.unref()
  }

  return {
    take() {
      const from = [...held.values()].find(hasRoom) ?? open()
      from.used++
      const at = from.free.pop() ?? from.fresh
      if (at === from.fresh) from.fresh += segmentBytes
      return { number: from.number, arena: from.arena, at }
    },
    give({ number, arena, at }) {
      const from = held.get(number)
      arena.bytes.fill(0, at, at + segmentBytes)
      if (from === undefined) return
      from.free.push(at)
      from.used--
      if (from.used === 0) planLettingGo()
    },
    arenaOf: (number) => held.get(number)!.arena,
    get heldBytes() {
      return held.size * arenaBytes
    },
    close() {
      clearTimeout(timer)
      held.clear()
    },
  }
}
