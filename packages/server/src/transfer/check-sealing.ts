import { Buffer } from 'node:buffer'
import { MienError } from '@mien/shared/errors'
import type { KeyUse, TemplateProtection } from '../domain/application-keys.ts'
import { applicationKeyLabel } from '../domain/sealed-keys.ts'
import { signingKeyLabel } from '../domain/signing-keys.ts'
import type { Vault } from '../domain/vault.ts'
import type { RawTransaction } from './raw-database.ts'

interface KeyRow {
  readonly id: string
  readonly version: number
  readonly use: KeyUse
  readonly protection: TemplateProtection
  readonly sealed: string
}

/**
 * Whether the master key that is here is the one that the database was written under. Looked at before anything is copied.
 *
 * @throws MienError CONFIG_INVALID
 */
export async function checkSealing(from: RawTransaction, vault: Vault): Promise<void> {
  const keys = await from.query<KeyRow>(
    "select application_id::text as id, version::int as version, use, protection, encode(sealed, 'hex') as sealed from application_keys",
  )
  const signing = await from.query<{ id: string; sealed: string }>(
    "select key_id as id, encode(sealed, 'hex') as sealed from signing_keys where not is_retired",
  )
  for (const { id, sealed, ...key } of keys) open(vault, applicationKeyLabel(id, key), sealed)
  for (const { id, sealed } of signing) open(vault, signingKeyLabel(id), sealed)
}

function open(vault: Vault, label: string, sealed: string): void {
  try {
    vault.open(label, Buffer.from(sealed, 'hex'))
  } catch (cause) {
    const message =
      'The database was written under another master key. Give that key: nothing was copied, because without it nothing could be read.'
    throw new MienError('CONFIG_INVALID', { message, cause })
  }
}
