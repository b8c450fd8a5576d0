import { squareMargin } from '@mien/shared/policy/capture-script'
import type { Box } from '@mien/shared/vision/types'
import type { Square } from '../worker/protocol.ts'

/** Around the face's centre, `squareMargin` times as large as it is high, moved and shrunk into the frame; whole pixels. */
export function chooseSquare(face: Box, frame: { readonly width: number; readonly height: number }): Square {
  const side = Math.floor(Math.min(squareMargin * face.height, frame.width, frame.height))
  const start = (centre: number, size: number) => Math.round(Math.min(Math.max(centre - side / 2, 0), size - side))
  return {
    x: start(face.x + face.width / 2, frame.width),
    y: start(face.y + face.height / 2, frame.height),
    side,
  }
}
