export interface ClipRecipe {
  readonly width: number
  readonly height: number
  readonly frames: readonly FramePlan[]
}

export interface FramePlan {
  /** Side by side from left to right, sharing the width evenly; none is an empty room. */
  readonly shots: readonly Shot[]
  /** 1: as large as covers its share of the picture; more: only the middle, larger. */
  readonly zoom: number
}

/** One moment of a video. */
export interface Shot {
  /** Which of the page's files. */
  readonly video: number
  readonly atSeconds: number
}

/**
 * Runs inside a page that has the videos in its file input, in the same order. Seeks instead of playing, so that a slow machine
 * draws the same frames. Self-contained, because it crosses into the page as text.
 *
 * @returns one base64 JPEG a frame
 */
export async function drawClip(recipe: ClipRecipe): Promise<readonly string[]> {
  const { width, height } = recipe
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d', { willReadFrequently: true })!
  const files = [...(document.querySelector('input')?.files ?? [])]
  const videos = await Promise.all(files.map(open))
  const frames: string[] = []
  for (const [index, { shots, zoom }] of recipe.frames.entries()) {
    await Promise.all(shots.map(({ video, atSeconds }) => seek(videos[video]!, atSeconds)))
    drawRoom(index)
    for (const [which, { video }] of shots.entries()) drawPart(videos[video]!, width / shots.length, which, zoom)
    frames.push(await jpeg())
  }
  return frames

  async function open(file: File): Promise<HTMLVideoElement> {
    const video = document.createElement('video')
    video.muted = true
    video.src = URL.createObjectURL(file)
    await new Promise((resolve, reject) => {
      video.onloadeddata = resolve
      video.onerror = () => reject(new Error(video.error?.message ?? 'The video cannot be played'))
    })
    return video
  }

  async function seek(video: HTMLVideoElement, toSeconds: number): Promise<void> {
    // Chromium keeps it to the microsecond.
    if (Math.abs(video.currentTime - toSeconds) < 1e-5) return
    const done = new Promise((resolve) => {
      video.onseeked = resolve
    })
    const shown = presented(video, toSeconds)
    video.currentTime = toSeconds
    await done
    // On a busy machine the seek is over before its picture is there. None comes where the old one still holds.
    await Promise.race([shown, new Promise((resolve) => setTimeout(resolve, 1000))])
  }

  /** Once a picture of that moment is what would be drawn. */
  function presented(video: HTMLVideoElement, atSeconds: number): Promise<void> {
    return new Promise((resolve) => {
      const wait = () =>
        video.requestVideoFrameCallback((_, { mediaTime }) =>
          Math.abs(mediaTime - atSeconds) < 0.1 ? resolve() : wait(),
        )
      wait()
    })
  }

  /** A wall, a floor and a window, with the same noise for the same frame number (a linear congruential generator). */
  function drawRoom(index: number): void {
    context.fillStyle = '#8d8a80'
    context.fillRect(0, 0, width, height)
    context.fillStyle = '#5b4a3a'
    context.fillRect(0, height * 0.8, width, height * 0.2)
    context.fillStyle = '#c9d6df'
    context.fillRect(width * 0.6, height * 0.15, width * 0.25, height * 0.35)
    const pixels = context.getImageData(0, 0, width, height)
    let random = index + 1
    for (let at = 0; at < pixels.data.length; at += 4) {
      random = (Math.imul(random, 1664525) + 1013904223) | 0
      const noise = (random >>> 24) / 32 - 4
      for (let channel = at; channel < at + 3; channel++) pixels.data[channel]! += noise
    }
    context.putImageData(pixels, 0, 0)
  }

  /** The middle of the video, as large as covers its share of the picture, or larger. */
  function drawPart(video: HTMLVideoElement, partWidth: number, which: number, zoom: number): void {
    const scale = zoom * Math.max(partWidth / video.videoWidth, height / video.videoHeight)
    const takenWidth = partWidth / scale
    const takenHeight = height / scale
    const left = (video.videoWidth - takenWidth) / 2
    const top = (video.videoHeight - takenHeight) / 2
    context.drawImage(video, left, top, takenWidth, takenHeight, which * partWidth, 0, partWidth, height)
  }

  async function jpeg(): Promise<string> {
    const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.92 })
    const bytes = new Uint8Array(await blob.arrayBuffer())
    let binary = ''
    for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192))
    return btoa(binary)
  }
}
