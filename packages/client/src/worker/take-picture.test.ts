import { describe, expect, it } from 'vitest'
import { fitJpeg } from './take-picture.ts'

/** As large as its quality says. */
const encoder = (bytesAtBest: number) => {
  const asked: number[] = []
  const encode = async (quality: number) => {
    asked.push(quality)
    return new Uint8Array(Math.round(bytesAtBest * quality))
  }
  return { asked, encode }
}

describe('[CE81] a picture', () => {
  it('is of the best quality that fits', async () => {
    const roomy = encoder(1000)
    expect((await fitJpeg(roomy.encode, 1000)).length).toBe(920)
    expect(roomy.asked).toEqual([0.92])
    const tight = encoder(1000)
    expect((await fitJpeg(tight.encode, 600)).length).toBe(600)
    expect(tight.asked).toEqual([0.92, 0.85, 0.75, 0.6])
  })

  it('that does not fit at all is IMAGE_TOO_LARGE and not cut off', async () => {
    await expect(fitJpeg(encoder(1000).encode, 299)).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' })
  })
})
