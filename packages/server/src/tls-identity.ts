import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { MienError } from '@mien/shared/errors'
import type { TlsFiles } from './config.ts'

/** Certificate and key, PEM. */
export interface TlsIdentity {
  /** The server's own, followed by those between it and the authority. */
  readonly cert: string
  readonly key: string
}

/**
 * Reads both and makes sure that they belong together, so that the server says so at start and not to whoever visits it.
 *
 * @throws MienError CONFIG_INVALID naming the variable
 */
export function readTlsIdentity({ certFile, keyFile }: TlsFiles): TlsIdentity {
  const cert = readPem('TLS_CERT', certFile)
  const key = readPem('TLS_KEY', keyFile)
  const certificate = parse('TLS_CERT', certFile, () => new X509Certificate(cert))
  const privateKey: KeyObject = parse('TLS_KEY', keyFile, () => createPrivateKey(key))
  if (!certificate.checkPrivateKey(privateKey)) {
    throw notValid('TLS_CERT, TLS_KEY: the key is not that of the certificate', ['TLS_CERT', 'TLS_KEY'])
  }
  return { cert, key }
}

function readPem(variable: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw notValid(`${variable}: ${path} cannot be read (${(cause as NodeJS.ErrnoException).code})`, [variable])
  }
}

/** What the parser says of a key is not passed on. */
function parse<T>(variable: string, path: string, read: () => T): T {
  try {
    return read()
  } catch {
    throw notValid(
      `${variable}: ${path} holds no ${variable === 'TLS_KEY' ? 'unencrypted key' : 'certificate'} in PEM`,
      [variable],
    )
  }
}

const notValid = (message: string, variables: readonly string[]): MienError =>
  new MienError('CONFIG_INVALID', { message, details: { variables } })
