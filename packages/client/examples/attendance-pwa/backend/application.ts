import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What the site is to the Mien server. */
export interface Application {
  readonly application_id: string
  readonly public_id: string
  readonly secret_key: string
}

export interface EnsureApplicationOptions {
  readonly mienUrl: string
  readonly adminToken: string
  /** Keeps the credentials, for the owner of the process alone. */
  readonly dataDir: string
  readonly siteOrigin: string
}

/** The application of this site, made at first start, with kiosks allowed and this site as its only origin. */
export async function ensureApplication(options: EnsureApplicationOptions): Promise<Application> {
  const file = join(options.dataDir, 'attendance.json')
  const known: Application | undefined = await readFile(file, 'utf8').then(JSON.parse, () => undefined)
  const application = known ?? (await call<Application>(options, 'POST', '', { name: 'Attendance' }))
  if (known === undefined) await writeFile(file, JSON.stringify(application), { mode: 0o600 })
  const settings = { offline: 'kiosk', origins: [options.siteOrigin] }
  await call(options, 'PATCH', `/${application.application_id}/settings`, settings)
  return application
}

async function call<Answer>(
  { mienUrl, adminToken }: EnsureApplicationOptions,
  method: string,
  path: string,
  body: unknown,
): Promise<Answer> {
  const response = await fetch(`${mienUrl}/v1/admin/applications${path}`, {
    method,
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`The Mien server refused: ${response.status} ${await response.text()}`)
  return response.json() as Promise<Answer>
}
