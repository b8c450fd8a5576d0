import { MienError } from '@mien/shared/errors'
import { afterEach, describe, expect, test } from 'vitest'
import { colourAnalyser } from '../../../../../test/contract/colour-analyser.ts'
import { openTestApp, type TestApp } from '../../../../../test/contract/test-app.ts'
import { testVault as vault } from '../../../../../test/contract/test-vault.ts'
import { openNewDatabase } from '../../db/new-database.fixture.ts'
import type { ImageAnalyser } from '../../domain/image-analyser.ts'
import { defaultManifestPath } from '../../models/load-manifest.ts'
import { createLazyVisionPool } from '../../vision/lazy-vision-pool.ts'

let rig: TestApp
afterEach(() => rig.close())

const ask = (path = '/health') => rig.send('GET', `/compat/ufme${path}`)
const healthy = {
  faiss_index: true,
  onnx_detection: true,
  onnx_recognition: true,
  onnx_quality: true,
  onnx_pad: true,
}

/** An analyser that fails its check in this way for as long as the test wants. */
function ailing(error: MienError) {
  const state = { isWell: false }
  const check = async () => {
    if (!state.isWell) throw error
  }
  return { state, analyser: { ...colourAnalyser, check } satisfies ImageAnalyser }
}

describe('[UF6] health', () => {
  test('needs no key, at both of its addresses', async () => {
    rig = await openTestApp({ analyser: colourAnalyser })
    for (const path of ['/health', '/api/v1/health']) {
      const { status, json } = await ask(path)
      expect([status, json]).toEqual([200, { status: 'healthy', components: healthy }])
    }
  })

  test('one network that fails is the one that is false, until it works again', async () => {
    const { state, analyser } = ailing(new MienError('RUNTIME_UNAVAILABLE', { details: { networks: ['pad'] } }))
    rig = await openTestApp({ analyser })
    const { status, json } = await ask()
    expect([status, json]).toEqual([503, { status: 'unhealthy', components: { ...healthy, onnx_pad: false } }])
    state.isWell = true
    rig.clock.advance(3)
    expect((await ask()).status).toBe(200)
  })

  test('without their files no network works', async () => {
    const options = { manifestPath: defaultManifestPath, pack: 'standard', weightsDirectory: '/nowhere' }
    rig = await openTestApp({ analyser: createLazyVisionPool(options) })
    const { status, json } = await ask()
    expect(status).toBe(503)
    expect(json.components).toEqual({
      faiss_index: true,
      onnx_detection: false,
      onnx_recognition: false,
      onnx_quality: false,
      onnx_pad: false,
    })
  })

  test('too much to do is a sign of life', async () => {
    rig = await openTestApp({ analyser: ailing(new MienError('OVERLOADED')).analyser })
    expect((await ask()).status).toBe(200)
  })

  test('a search that the database does not answer is the index that is down', async () => {
    const database = await openNewDatabase({ vault })
    const nearest = async () => {
      throw new MienError('DATABASE_UNAVAILABLE')
    }
    const stores = { ...database.stores, index: { nearest } }
    rig = await openTestApp({ analyser: colourAnalyser, database: { ...database, stores } })
    const { status, json } = await ask()
    expect([status, json.components]).toEqual([503, { ...healthy, faiss_index: false }])
  })
})
