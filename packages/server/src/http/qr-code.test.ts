import sharp from 'sharp'
import { expect, test } from 'vitest'
import { readQrCode } from '../../../../test/fixtures/read-qr-code.ts'
import { qrCodeUrl } from './qr-code.ts'

const address = `https://mien.example/enrol#${'t'.repeat(64)}`

test('a camera reads the text that went in', async () => {
  const url = await qrCodeUrl(address)
  expect(url).toMatch(/^data:image\/png;base64,/)
  expect(await readQrCode(url)).toBe(address)
})

test('it is light for four modules around, so that it is found on any page', async () => {
  const file = Buffer.from((await qrCodeUrl(address)).split(',')[1]!, 'base64')
  const { data, info } = await sharp(file).greyscale().raw().toBuffer({ resolveWithObject: true })
  const dark = [...data].flatMap((value, i) =>
    value < 128 ? [[i % info.width, Math.floor(i / info.width)] as const] : [],
  )
  const [left, top] = [Math.min(...dark.map(([x]) => x)), Math.min(...dark.map(([, y]) => y))]
  const [right, bottom] = [Math.max(...dark.map(([x]) => x)), Math.max(...dark.map(([, y]) => y))]
  // Eight pixels a module.
  expect([left, top, info.width - 1 - right, info.height - 1 - bottom]).toEqual([32, 32, 32, 32])
})
