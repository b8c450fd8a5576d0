import { makeNewDatabase } from '../../packages/server/src/db/new-database.fixture.ts'
import { ensureModels } from '../../packages/server/src/models/ensure-models.ts'
import { defaultWeightsDirectory, loadManifest } from '../../packages/server/src/models/load-manifest.ts'
import { buildClient } from './built-client.ts'
import { findChromium } from './chromium-binary.ts'
import { clipFile, clipNames } from './clips.ts'

/** Once before the tests of the whole: what they need is fetched, built and made here, so that no test's time limit pays for it. */
export async function setup(): Promise<void> {
  await ensureModels({ manifest: await loadManifest(), pack: 'standard', directory: defaultWeightsDirectory })
  await makeNewDatabase()
  await buildClient()
  await findChromium()
  for (const name of clipNames) await clipFile(name)
}
