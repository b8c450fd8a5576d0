import { readFileSync } from 'node:fs'
import { MienError } from '@mien/shared/errors'

type Environment = Readonly<Record<string, string | undefined>>

/** Variables that hold a secret: each may name a file instead, as `<NAME>_FILE`, which is how containers are given theirs. */
export const secretVariables = [
  'DATABASE_URL',
  'DATABASE_REPLICA_URL',
  'MIEN_ADMIN_TOKEN',
  'MIEN_MASTER_KEY',
  'MIEN_MASTER_KEY_OTHER',
  'MIEN_SMTP_URL',
] as const

const isSet = (text: string | undefined): text is string => text !== undefined && text.trim() !== ''

/**
 * The environment with what such files say. What is set itself wins over a file.
 *
 * @throws MienError CONFIG_INVALID naming the variable whose file cannot be read or is empty, never what is in it
 */
export function withSecretFiles(environment: Environment): Environment {
  const read = secretVariables.flatMap((name) => {
    const path = environment[`${name}_FILE`]
    return isSet(path) && !isSet(environment[name]) ? [[name, readSecret(`${name}_FILE`, path.trim())] as const] : []
  })
  return { ...environment, ...Object.fromEntries(read) }
}

function readSecret(variable: string, path: string): string {
  const invalid = (why: string, cause?: unknown) =>
    new MienError('CONFIG_INVALID', { message: `${variable}: ${why}`, details: { variables: [variable] }, cause })
  let text: string
  try {
    text = readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw invalid(`the file cannot be read (${(cause as NodeJS.ErrnoException).code})`, cause)
  }
  if (text === '') throw invalid('the file is empty')
  return text
}
