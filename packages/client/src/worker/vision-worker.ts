/** The worker's entry: everything that sees pixels runs behind it. */
import * as Comlink from 'comlink'
import { createFrameReader } from './frame-pixels.ts'
import { createKeptFrames } from './kept-frames.ts'
import { loadVision } from './load-vision.ts'
import { createStageClock } from './stage-clock.ts'
import { takePicture } from './take-picture.ts'
import { installTransferHandlers } from './transfer-handlers.ts'
import { createVisionApi } from './vision-api.ts'

installTransferHandlers()
Comlink.expose(
  createVisionApi({
    loadVision,
    frames: createFrameReader(),
    kept: createKeptFrames(),
    clock: createStageClock(),
    takePicture,
  }),
)
