import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { MienError } from '@mien/shared/errors'

/**
 * At the terminal, without showing it.
 *
 * @throws MienError CONFIG_INVALID where there is no terminal
 */
export function askPassphrase(question: string): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new MienError('CONFIG_INVALID', { message: 'There is no terminal to ask at: give --passphrase-file' })
  }
  process.stderr.write(question)
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const asking = createInterface({ input: process.stdin, output: silent, terminal: true })
  return new Promise((resolve) => {
    asking.question('', (answer) => {
      asking.close()
      process.stderr.write('\n')
      resolve(answer)
    })
  })
}
