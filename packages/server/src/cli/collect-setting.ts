import { readFileSync } from 'node:fs'
import {
  type ApplicationSettingsPatch,
  applicationSettings,
  applicationSettingsPatch,
} from '@mien/shared/api/applications'
import { InvalidArgumentError } from 'commander'
import { en } from 'zod/locales'

/** Refused here already when the server would refuse it, so that a slip of the pen names itself. */
export function collectSetting(text: string, before: ApplicationSettingsPatch): ApplicationSettingsPatch {
  const [name = '', ...rest] = text.split('=')
  if (!Object.hasOwn(applicationSettings.shape, name)) {
    const names = Object.keys(applicationSettings.shape).join(', ')
    throw new InvalidArgumentError(`There is no setting ${JSON.stringify(name)}. There are: ${names}`)
  }
  if (rest.length === 0) throw new InvalidArgumentError(`Give ${name} a value: ${name}=…`)
  const parsed = applicationSettingsPatch.safeParse({ [name]: readValue(name, rest.join('=')) }, explained)
  if (!parsed.success) throw new InvalidArgumentError(parsed.error.issues.map(explain).join('; '))
  return { ...before, ...parsed.data }
}

/** The small build of zod has no words of its own. */
const explained = { error: en().localeError }

const explain = ({ path, message }: { path: readonly PropertyKey[]; message: string }): string =>
  `${path.join('.')}: ${message}`

/** `@FILE` is for what is too long to type, such as consent texts. */
function readValue(name: string, text: string): unknown {
  if (!text.startsWith('@')) return jsonOrText(text)
  const file = text.slice(1)
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new InvalidArgumentError(`${name}: ${file} cannot be read as JSON (${(cause as Error).message})`)
  }
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not JSON: `optional` rather than `"optional"`, as one types it.
    return text
  }
}
