import type { Box, FaceDetection } from './types.ts'

/** Intersection over union, 0..1. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  if (width <= 0 || height <= 0) return 0
  const shared = width * height
  return shared / (a.width * a.height + b.width * b.height - shared)
}

/**
 * Greedy non-maximum suppression: the best box stays, every other that overlaps a kept one by more than the threshold
 * goes. Best first; equal scores keep their order.
 */
export function suppressOverlaps(detections: readonly FaceDetection[], overlapThreshold: number): FaceDetection[] {
  const kept: FaceDetection[] = []
  for (const candidate of detections.toSorted((a, b) => b.score - a.score)) {
    if (kept.every((better) => overlap(better.box, candidate.box) <= overlapThreshold)) kept.push(candidate)
  }
  return kept
}
