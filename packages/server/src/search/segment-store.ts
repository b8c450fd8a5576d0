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
  /** Overwrites it in one of the next turns, and before anybody else has it. */
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

/** Segments that are overwritten in one turn: some tenths of a millisecond, in which nothing else of the process runs. */
const wipedAtOnce = 2

interface Held {
  readonly number: number
  readonly arena: ScanArena
  /** Addresses that were given back, overwritten. */
  readonly free: number[]
  /** The first address that was never taken. */
  fresh: number
  /** Segments that somebody has, or that are not overwritten yet. */
  used: number
}

export function createSegmentStore({ module, slots, onLetGo, keepMs = 30_000 }: SegmentStoreOptions): SegmentStore {
  const first = Math.ceil((slots * scratchBytes) / segmentBytes) * segmentBytes
  const held = new Map<number, Held>()
  let nextNumber = 0
  /** Given back, and not overwritten yet; the eldest first. */
  const dirty: Segment[] = []
  let turn: NodeJS.Immediate | undefined
  let timer: NodeJS.Timeout | undefined

  const hasFree = ({ free }: Held) => free.length > 0
  const hasFresh = ({ fresh }: Held) => fresh < arenaBytes
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

  function wipe({ number, arena, at }: Segment): void {
    arena.bytes.fill(0, at, at + segmentBytes)
    const from = held.get(number)
    if (from === undefined) return
    from.free.push(at)
    from.used--
    if (from.used === 0) planLettingGo()
  }

  function wipeSome(): void {
    for (const segment of dirty.splice(0, wipedAtOnce)) wipe(segment)
    turn = dirty.length > 0 ? setImmediate(wipeSome) : undefined
  }

  return {
    take() {
      // Rather than memory that nobody wrote to yet.
      for (const segment of dirty.splice(0, 1)) wipe(segment)
      const all = [...held.values()]
      const from = all.find(hasFree) ?? all.find(hasFresh) ?? open()
      from.used++
      const at = from.free.pop() ?? from.fresh
      if (at === from.fresh) from.fresh += segmentBytes
      return { number: from.number, arena: from.arena, at }
    },
    give(segment) {
      dirty.push(segment)
      turn ??= setImmediate(wipeSome)
    },
    arenaOf: (number) => held.get(number)!.arena,
    get heldBytes() {
      return held.size * arenaBytes
    },
    close() {
      clearImmediate(turn)
      for (const segment of dirty.splice(0)) wipe(segment)
      clearTimeout(timer)
      held.clear()
    },
  }
}
