import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readConfig } from './config.ts'
import { openCore } from './open-core.ts'

test('a data folder that cannot be used is named, with what to set', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mien-core-'))
  try {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    for (const dataDir of [file, join(file, 'below')]) {
      await expect(openCore(readConfig({ MIEN_DATA_DIR: dataDir }))).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining(`The data folder ${dataDir} cannot be used`),
      })
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
