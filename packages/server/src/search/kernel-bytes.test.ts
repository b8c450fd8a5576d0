import { readFile, writeFile } from 'node:fs/promises'
import { encodeBase64Url } from '@mien/shared/bytes'
import { expect, test } from 'vitest'
import openWabt from 'wabt'
import { kernelBytes } from './kernel-bytes.ts'

const source = new URL('./kernel.wat', import.meta.url)

async function assembled(): Promise<string> {
  const wabt = await openWabt()
  const module = wabt.parseWat('kernel.wat', await readFile(source), { simd: true, threads: true })
  return encodeBase64Url(module.toBinary({}).buffer)
}

test('the kernel that is shipped is that of its source', async () => {
  const text = await assembled()
  if (process.env.UPDATE_KERNELS === '1') {
    const file = new URL('./kernel-bytes.ts', import.meta.url)
    await writeFile(file, (await readFile(file, 'utf8')).replace(/'[\w-]*'/, `'${text}'`))
  }
  expect(kernelBytes).toBe(text)
})
