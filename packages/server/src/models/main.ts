import { parseArgs } from 'node:util'
import { toMienError } from '@mien/shared/errors'
import { adviseOnModels, runModelsCommand } from './run-models-command.ts'

/** `npm run models [-- --pack NAME]`: fetches the weights before the first start. */
const { values } = parseArgs({ options: { pack: { type: 'string', default: 'standard' } } })

try {
  const { directory } = await runModelsCommand({ pack: values.pack, localDirectory: process.env.MIEN_MODELS_DIR })
  console.log(directory)
} catch (thrown) {
  const error = toMienError(thrown)
  console.error(
    [`${error.code}: ${error.message}`, JSON.stringify(error.details ?? {}), adviseOnModels(error) ?? ''].join('\n'),
  )
  process.exitCode = 1
}
