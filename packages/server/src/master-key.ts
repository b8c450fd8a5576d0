import { execFileSync, type StdioOptions } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { MienError } from '@mien/shared/errors'
import type { Config } from './config.ts'
import type { MasterKeyHolder } from './domain/master-key-rotation.ts'
import { createVault, type Vault } from './domain/vault.ts'
import { readOrCreateSecret, readSecretFile, writeSecretFile } from './secret-files.ts'

/** How long a command may take to say the key: it may ask a service elsewhere. */
const commandMs = 10_000

export interface MasterKey {
  readonly vault: Vault
  readonly holder: MasterKeyHolder
}

type MasterKeyConfig = Pick<Config, 'dataDir' | 'masterKey' | 'otherMasterKey' | 'masterKeyCommand'>

/**
 * The master key from the environment, from a command, or from a file of the data folder that is made on first use.
 *
 * @throws MienError CONFIG_INVALID
 */
export function openMasterKey(config: MasterKeyConfig): MasterKey {
  const { masterKey, otherMasterKey: other, masterKeyCommand: command } = config
  const given = masterKey ?? (command === null ? null : ask(command))
  if (given === null) return openFile(config.dataDir)
  const vault = createVault(parse(given), other === null ? [] : [parse(other)])
  const replace = () => {
    if (other !== null) return
    const message =
      'Give the new key as MIEN_MASTER_KEY (or by its command) and the old one as MIEN_MASTER_KEY_OTHER, start again and repeat this'
    throw new MienError('CONFLICT', { message })
  }
  return { vault, holder: { replace, forget: () => vault.forgetOthers() } }
}

function openFile(dataDir: string): MasterKey {
  const [file, oldFile] = [join(dataDir, 'master.key'), join(dataDir, 'master.key.old')]
  const current = readOrCreateSecret(file, newKey)
  const old = readSecretFile(oldFile)
  const isReplacing = old !== null && old !== current
  const vault = createVault(parse(current), isReplacing ? [parse(old)] : [])
  return {
    vault,
    holder: {
      replace() {
        // One that was interrupted goes on with the key that it made.
        if (readSecretFile(oldFile) !== null && readSecretFile(oldFile) !== readSecretFile(file)) return
        // The old one first: whenever this dies, what is sealed can be opened.
        writeSecretFile(oldFile, readOrCreateSecret(file, newKey))
        const made = newKey()
        writeSecretFile(file, made)
        vault.replace(parse(made))
      },
      forget() {
        vault.forgetOthers()
        rmSync(oldFile, { force: true })
      },
    },
  }
}

const newKey = () => randomBytes(32).toString('hex')

function parse(hex: string): Uint8Array {
  if (!/^[0-9a-f]{64}$/i.test(hex)) {
    throw new MienError('CONFIG_INVALID', { message: 'The master key must be 64 hexadecimal digits' })
  }
  return Buffer.from(hex, 'hex')
}

/** Without a shell: words are separated by spaces and mean nothing else. What it prints is not repeated anywhere. */
function ask(command: string): string {
  const [file = '', ...words] = command.split(/\s+/)
  try {
    const stdio: StdioOptions = ['ignore', 'pipe', 'ignore']
    return execFileSync(file, words, { timeout: commandMs, maxBuffer: 4096, encoding: 'utf8', stdio }).trim()
  } catch {
    const message = 'MIEN_MASTER_KEY_COMMAND failed, or took longer than ten seconds'
    throw new MienError('CONFIG_INVALID', { message, details: { variables: ['MIEN_MASTER_KEY_COMMAND'] } })
  }
}
