/** Red, green, blue, linear. */
export type Light = readonly [number, number, number]

/** Pixels as a camera gave them, and where the face is. */
export interface Shown {
  /** Shape [height, width, 3] flat, sRGB. */
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
  readonly face: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
}

export interface Lamp {
  /** What the screen emits in front of the face, in parts of its white. */
  readonly screen: Light
  /** How much light a white screen throws on the face, in parts of the room's. */
  readonly strength: number
  /** Colour of the room's light as the camera sees it. */
  readonly room: Light
  /** What the camera does to all of its picture: exposure and white balance. */
  readonly gain: Light
}

/** Of the light on the face: what a wall a metre and a half behind it gets, by the inverse square of the distance. */
const wallShare = 0.1
/** And what neck and shoulders get, which are lower and turned away. */
const shouldersShare = 0.45

const toLinear = Float64Array.from({ length: 256 }, (_, byte) => {
  const value = byte / 255
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
})
/** In steps of less than half a byte where they are largest, which is in the dark. */
const lightSteps = 8192
const fromLinear = Uint8Array.from({ length: lightSteps + 1 }, (_, step) => {
  const light = step / lightSteps
  const value = light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055
  return Math.round(255 * value)
})
const toByte = (light: number): number => fromLinear[Math.min(lightSteps, Math.round(light * lightSteps))]!

/**
 * The same scene with a screen in front of the face: every pixel is taken for what reflects the room's light, and reflects the
 * screen's as well, more on the face than behind it. Computed in linear light.
 */
export function shineOnFace({ data, width, height, face }: Shown, { screen, strength, room, gain }: Lamp): Uint8Array {
  const lit = new Uint8Array(data.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const share = strength * shareAt((x - face.x) / face.width, (y - face.y) / face.height)
      for (let c = 0; c < 3; c++) {
        const at = 3 * (y * width + x) + c
        lit[at] = toByte(toLinear[data[at]!]! * gain[c]! * (room[c]! + share * screen[c]!))
      }
    }
  }
  return lit
}

/** @param dx,dy from the middle of the face, in parts of its box */
function shareAt(dx: number, dy: number): number {
  const fromFace = Math.hypot(dx / 0.55, dy / 0.58)
  const elsewhere = dy > 0.5 ? shouldersShare : wallShare
  const edge = Math.max(0, Math.min(1, (fromFace - 1) / 0.25))
  return 1 + (elsewhere - 1) * edge
}
