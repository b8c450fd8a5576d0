import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { applicationCredentials } from '@mien/shared/api/applications'
import { webhookCreated, webhookDeliveryList } from '@mien/shared/api/webhooks'
import { expect, test } from 'vitest'
import { readConfig } from '../../packages/server/src/config.ts'
import { startServer } from '../../packages/server/src/start-server.ts'
import { createSimulatedWidget } from '../drill/simulated-widget.ts'
import { syntheticPerson } from '../fixtures/synthetic-templates.ts'

test('[WH1] [WH6] [WH12] a running server tells an allowed receiver by itself, also what waited while it was stopped', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mien-webhooks-'))
  let status = 503
  const received: string[] = []
  const errors: unknown[] = []
  const receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    if (status === 204) received.push(JSON.parse(Buffer.concat(chunks).toString()).eventName)
    response.writeHead(status).end()
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const target = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
  const warnings: unknown[] = []
  const log = {
    error: (...each: unknown[]) => errors.push(each),
    warn: (each: object, message: string) => (message === 'request' ? 0 : warnings.push(each)),
    info: () => {},
    debug: () => {},
  }
  const start = () =>
    startServer(
      readConfig({ PORT: '0', MIEN_DATA_DIR: folder, MIEN_DEMO: 'off', MIEN_WEBHOOK_ALLOW: target }),
      log as never,
    )
  let server = await start()
  try {
    const call = async (method: string, path: string, token: string, body?: object) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const sent = body === undefined ? null : JSON.stringify(body)
      return (await fetch(new URL(path, server.url), { method, headers, body: sent })).json()
    }
    const adminToken = readFileSync(join(folder, 'admin-token'), 'utf8').trim()
    const made = await call('POST', '/v1/admin/applications', adminToken, { name: 'Shop' })
    const { application_id: id, public_id: publicId, secret_key: key } = applicationCredentials.parse(made)
    const settings = { consent_required: false, disclose_to_page: true }
    await call('PATCH', `/v1/admin/applications/${id}/settings`, adminToken, settings)
    const events = ['enroll', 'auth', 'auth_failed']
    const hook = webhookCreated.parse(await call('POST', '/v1/webhooks', key, { url: target, events }))
    const widget = createSimulatedWidget(server.url, publicId)
    expect(await widget.run('authenticate', syntheticPerson(1))).toMatchObject({ status: 'refused' })
    await expect.poll(() => warnings.length, { timeout: 10_000 }).toBe(1)
    await server.close()
    status = 204
    server = await start()
    await expect.poll(() => received, { timeout: 10_000 }).toEqual(['auth_failed'])
    const logged = await call('GET', `/v1/webhooks/${hook.webhook_id}/deliveries`, key)
    expect(webhookDeliveryList.parse(logged).deliveries).toMatchObject([{ state: 'delivered', last_status: 204 }])
    expect(JSON.stringify([errors, warnings])).not.toMatch(
      new RegExp(`${target}|${hook.signing_secret.replaceAll('+', '.')}|${hook.bearer_token}`),
    )
    expect(errors).toEqual([])
  } finally {
    await server.close()
    receiver.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
