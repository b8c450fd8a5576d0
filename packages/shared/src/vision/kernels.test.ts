import { readFile, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import openWabt from 'wabt'
import { encodeBase64Url } from '../bytes.ts'
import { kernels } from './kernels.ts'

const source = new URL('./kernels.wat', import.meta.url)
const features = { simd: true }

async function assembled(): Promise<string> {
  const wabt = await openWabt()
  const module = wabt.parseWat('kernels.wat', await readFile(source), features)
  return encodeBase64Url(module.toBinary({}).buffer)
}

test('the kernels that are shipped are those of their source', async () => {
  const text = await assembled()
  if (process.env.UPDATE_KERNELS === '1') {
    const file = new URL('./kernels.ts', import.meta.url)
    await writeFile(file, (await readFile(file, 'utf8')).replace(/'[\w-]*'/, `'${text}'`))
  }
  expect(kernels).toBe(text)
})
