import type { ApplicationSettingsPatch } from '@mien/shared/api/applications'
import type { TestServer } from '../rig/server.ts'
import { createSimulatedWidget, type SimulatedWidget } from './simulated-widget.ts'

export interface OpenedApplication {
  readonly url: string
  readonly applicationId: string
  readonly publicId: string
  readonly secretKey: string
  readonly widget: SimulatedWidget
}

/** A new application of this server and a widget for it. */
export async function openApplication(
  server: Pick<TestServer, 'url' | 'admin'>,
  name: string,
  settings: ApplicationSettingsPatch = {},
): Promise<OpenedApplication> {
  const { application_id, public_id, secret_key: secretKey } = await server.admin.createApplication({ name })
  await server.admin.changeSettings(application_id, settings)
  const widget = createSimulatedWidget(server.url, public_id)
  return { url: server.url, applicationId: application_id, publicId: public_id, secretKey, widget }
}
