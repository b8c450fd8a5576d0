import { type ActorName, type ActorPose, loadActor } from './capture-actors.ts'

/** What the light of the widget does to the picture. `none`: somebody who was filmed elsewhere. */
export type CameraLight = 'follows' | 'none'

interface ScriptedCamera {
  readonly frames: Readonly<Record<ActorPose, readonly { readonly jpeg: string; readonly enlargedBy: number }[]>>
  readonly face: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  readonly light: CameraLight
}

/**
 * A script for a page that puts a made-up camera in the place of the real one: frames of an actor that do what the widget asks for,
 * lit by what it shows. It has no part in the widget and needs no fault of it: whoever has the page has its camera.
 *
 * `globalThis.followState` hears of the widget's states.
 *
 * @param turning who turns and comes closer, where the actor himself did not do so far enough: the same person on another day
 */
export async function scriptedCamera(
  actor: ActorName,
  light: CameraLight,
  turning: ActorName = actor,
): Promise<string> {
  const [{ frames: straight, face }, { frames: turned }] = [await loadActor(actor), await loadActor(turning)]
  const frames = { ...turned, centre: straight.centre }
  const entries = Object.entries(frames).map(([pose, list]) => [
    pose,
    list.map(({ jpeg, enlargedBy }) => ({ jpeg: jpeg.toString('base64'), enlargedBy })),
  ])
  const camera = { frames: Object.fromEntries(entries), face, light } as ScriptedCamera
  return `(${install})(${JSON.stringify(camera)})`
}

/** Runs in the page, alone: whatever it needs is in it. */
const install = `function (camera) {
  const [width, height, framesPerSecond, framesPerPose] = [640, 480, 30, 3]
  // Light of a white screen in parts of the room's, and of it what a wall behind gets; the camera's exposure.
  const [strength, wallShare, exposure] = [0.6, 0.1, 0.7]
  const neutral = '#959595'
  let asked = { pose: 'centre', colour: neutral }
  globalThis.followState = (state) => {
    const pose = state.name === 'verifying' && state.ask !== 'flash' ? state.ask : 'centre'
    asked = { pose: state.guidance === 'back' ? 'centre' : pose, colour: state.colour ?? neutral }
  }

  // A power law, under which light may be multiplied as it is encoded.
  const emitted = (colour) => [1, 3, 5].map((at) => (Number.parseInt(colour.slice(at, at + 2), 16) / 255) ** 2.2)
  const factor = (share) => {
    const screen = camera.light === 'follows' ? emitted(asked.colour) : emitted(neutral)
    const bytes = screen.map((part) => Math.round(255 * Math.min(1, exposure * (1 + share * strength * part)) ** (1 / 2.2)))
    return 'rgb(' + bytes.join(' ') + ')'
  }

  const decode = async ({ jpeg, enlargedBy }) => {
    const bytes = Uint8Array.from(atob(jpeg), (letter) => letter.charCodeAt(0))
    return { image: await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' })), enlargedBy }
  }

  const open = async () => {
    const reels = {}
    for (const [pose, list] of Object.entries(camera.frames)) reels[pose] = await Promise.all(list.map(decode))
    const canvas = document.createElement('canvas')
    Object.assign(canvas, { width, height })
    const context = canvas.getContext('2d')
    const { face } = camera
    let count = Math.floor(1000 * Math.random())
    const draw = () => {
      const reel = reels[asked.pose]
      count += 1
      // Forwards and back again, ten pictures a second; no two are the same to the last bit, as from a sensor.
      const place = Math.floor(count / framesPerPose) % Math.max(1, 2 * reel.length - 2)
      const { image, enlargedBy } = reel[place < reel.length ? place : 2 * reel.length - 2 - place]
      const scale = enlargedBy * (1.01 + 0.004 * Math.random())
      const jitter = () => Math.random() - 0.5
      context.globalCompositeOperation = 'source-over'
      context.drawImage(image, face.x * (1 - scale) + jitter(), face.y * (1 - scale) + jitter(), width * scale, height * scale)
      context.globalCompositeOperation = 'multiply'
      context.save()
      context.translate(face.x, face.y)
      context.scale(face.width * 0.7 * enlargedBy, face.height * 0.75 * enlargedBy)
      const lamp = context.createRadialGradient(0, 0, 0.8, 0, 0, 1)
      lamp.addColorStop(0, factor(1))
      lamp.addColorStop(1, factor(wallShare))
      context.fillStyle = lamp
      context.fillRect(-20, -20, 40, 40)
      context.restore()
    }
    draw()
    const timer = setInterval(draw, 1000 / framesPerSecond)
    const stream = canvas.captureStream(framesPerSecond)
    const [track] = stream.getVideoTracks()
    const stop = track.stop.bind(track)
    track.stop = () => {
      clearInterval(timer)
      stop()
    }
    return stream
  }
  navigator.mediaDevices.getUserMedia = open
}`
