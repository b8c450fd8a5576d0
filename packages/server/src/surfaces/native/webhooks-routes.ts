import { MienError } from '@mien/shared/errors'
import { isCanonicalUuid } from '@mien/shared/ids'
import type { Context } from 'hono'
import { pageSize } from './paging.ts'
import type { Parts } from './parts.ts'
import { toDelivery, toWebhook } from './webhooks-map.ts'
import { type WebhookDoor, webhookRoutes } from './webhooks-wire.ts'
import { admin, backend } from './wire.ts'

/** Webhooks of one's own application with the secret key, and of any with the admin token. */
export function addWebhooks({ app, auth, services, once }: Parts): void {
  const own = async (c: Context): Promise<string> => (await auth.backend(c)).id
  const anyones = async (c: Context): Promise<string> => {
    await auth.admin(c)
    const id = c.req.param('application_id') ?? ''
    if (!isCanonicalUuid(id)) throw new MienError('ID_FORMAT')
    return id
  }
  addDoor({ app, services, once }, { path: '/v1/webhooks', security: backend }, own)
  const path = '/v1/admin/applications/{application_id}/webhooks'
  addDoor({ app, services, once }, { path, security: admin }, anyones)
}

type OwnerOf = (c: Context) => Promise<string>

function addDoor(
  { app, services: { webhooks }, once }: Pick<Parts, 'app' | 'services' | 'once'>,
  door: WebhookDoor,
  owner: OwnerOf,
) {
  const routes = webhookRoutes(door)

  app.openapi(routes.create, async (c) => {
    const applicationId = await owner(c)
    const request = c.req.valid('json')
    const create = async () => {
      const { endpoint, signingSecret, bearerToken } = await webhooks.create(applicationId, request)
      return { ...toWebhook(endpoint), signing_secret: signingSecret, bearer_token: bearerToken }
    }
    return c.json(await once(c, applicationId, request, create), 201)
  })

  app.openapi(routes.list, async (c) => {
    const all = await webhooks.list(await owner(c))
    return c.json({ webhooks: all.map(toWebhook) }, 200)
  })

  app.openapi(routes.find, async (c) =>
    c.json(toWebhook(await webhooks.find(await owner(c), c.req.valid('param').webhook_id)), 200),
  )

  app.openapi(routes.change, async (c) => {
    const { webhook_id: id } = c.req.valid('param')
    return c.json(toWebhook(await webhooks.change(await owner(c), id, c.req.valid('json'))), 200)
  })

  app.openapi(routes.remove, async (c) => {
    await webhooks.remove(await owner(c), c.req.valid('param').webhook_id)
    return c.body(null, 204)
  })

  app.openapi(routes.rotate, async (c) => {
    const { webhook_id: id } = c.req.valid('param')
    return c.json(await webhooks.rotate(await owner(c), id, c.req.valid('json').kind), 201)
  })

  app.openapi(routes.test, async (c) => {
    const { httpStatus, error } = await webhooks.test(await owner(c), c.req.valid('param').webhook_id)
    return c.json({ delivered: error === null, http_status: httpStatus, error }, 200)
  })

  app.openapi(routes.log, async (c) => {
    const { limit: wanted, cursor } = c.req.valid('query')
    const limit = pageSize(wanted)
    const found = await webhooks.deliveries(await owner(c), c.req.valid('param').webhook_id, {
      limit: limit + 1,
      ...(cursor === undefined ? {} : { beforeSeq: cursor }),
    })
    const page = found.slice(0, limit)
    const next_cursor = found.length > limit ? String(page.at(-1)!.seq) : null
    return c.json({ deliveries: page.map(toDelivery), next_cursor }, 200)
  })

  app.openapi(routes.replay, async (c) => {
    const { webhook_id: id, delivery_id: deliveryId } = c.req.valid('param')
    return c.json(toDelivery(await webhooks.replay(await owner(c), id, deliveryId)), 202)
  })
}
