import { parentPort, workerData } from 'node:worker_threads'
import { openArena, type ScanArena } from './scan-arena.ts'
import type { ScanReply, ScanRequest, ScanWorkerData } from './scan-protocol.ts'
import { scanSegments } from './segment-scan.ts'

/** A thread that scans. It is asked one thing at a time; an exception ends it, and whoever waits is told. */
const { module, slot } = workerData as ScanWorkerData
const port = parentPort!
const arenas = new Map<number, ScanArena>()

port.on('message', ({ arenas: unseen, job }: ScanRequest) => {
  for (const { number, memory } of unseen) arenas.set(number, openArena(module, memory))
  port.postMessage(scanSegments((number) => arenas.get(number)!, slot, job) satisfies ScanReply)
})
