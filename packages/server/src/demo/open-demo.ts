import { join } from 'node:path'
import type { Hono } from 'hono'
import type { Services } from '../domain/services.ts'
import type { Vault } from '../domain/vault.ts'
import { readSecretFile, writeSecretFile } from '../secret-files.ts'
import { nativeStatus } from '../surfaces/native/errors.ts'
import { createDemo } from './demo.ts'
import { createDemoBackend, type SendRequest } from './demo-backend.ts'

interface DemoApplication {
  readonly application_id: string
  readonly public_id: string
  readonly secret_key: string
}

export interface OpenDemoOptions {
  readonly services: Services
  readonly vault: Vault
  readonly dataDir: string
  /** `iss` of assertions. */
  readonly issuer: string
  /** Addresses at which the server is reached on this machine. */
  readonly origins: readonly string[]
}

/** The demo with an application of its own, made at first start; its secret lies in the data folder. */
export async function openDemo(options: OpenDemoOptions): Promise<(send: SendRequest) => Hono> {
  const { application_id: applicationId, public_id: publicId, secret_key: secretKey } = await ensureApplication(options)
  const cookieSecret = Buffer.from(options.vault.derive('demo-cookie')).toString('base64url')
  return (send) =>
    createDemo({
      publicId,
      backend: createDemoBackend({ applicationId, secretKey, issuer: options.issuer, send }),
      cookieSecret,
      statusOf: (code) => nativeStatus[code],
    })
}

async function ensureApplication({ services, dataDir, origins }: OpenDemoOptions): Promise<DemoApplication> {
  const file = join(dataDir, 'demo.json')
  const text = readSecretFile(file)
  const known = text === null ? null : (JSON.parse(text) as DemoApplication)
  if (known !== null && (await services.applications.findByPublicId(known.public_id)) !== undefined) return known
  const { application_id, public_id, secret_key } = await services.applications.create('Mien demo', origins)
  const made: DemoApplication = { application_id, public_id, secret_key }
  writeSecretFile(file, JSON.stringify(made))
  return made
}
