import { MienError } from '@mien/shared/errors'
import * as map from './map.ts'
import type { Parts } from './parts.ts'
import * as wire from './wire.ts'

export function addGalleries(parts: Parts): void {
  addOwnGalleries(parts)
  addAdminGalleries(parts)
}

function addOwnGalleries({ app, auth, services: { galleries }, once }: Parts): void {
  app.openapi(wire.listGalleries, async (c) => {
    const all = await galleries.list((await auth.backend(c)).id)
    return c.json({ galleries: all.map(map.toGallery) }, 200)
  })

  app.openapi(wire.createGallery, async (c) => {
    const { id } = await auth.backend(c)
    const request = c.req.valid('json')
    const create = async () => map.toGallery(await galleries.create(id, request.name))
    return c.json(await once(c, id, request, create), 201)
  })

  app.openapi(wire.getGallery, async (c) => {
    const { id } = await auth.backend(c)
    return c.json(map.toGallery(await galleries.count(id, c.req.valid('param').name)), 200)
  })

  app.openapi(wire.patchGallery, async (c) => {
    const { id } = await auth.backend(c)
    const choice = map.toSearchChoice(c.req.valid('json'))
    return c.json(map.toGallery(await galleries.choose(id, c.req.valid('param').name, choice)), 200)
  })

  app.openapi(wire.deleteGallery, async (c) => {
    const { id } = await auth.backend(c)
    await galleries.remove(id, c.req.valid('param').name)
    return c.body(null, 204)
  })
}

/** For whoever runs the server and has no key of the application. */
function addAdminGalleries({ app, auth, services: { galleries, statistics } }: Parts): void {
  app.openapi(wire.listAdminGalleries, async (c) => {
    await auth.admin(c)
    const all = await statistics.galleries(c.req.valid('param').application_id)
    // Every application has one.
    if (all.length === 0) throw new MienError('NOT_FOUND')
    return c.json({ galleries: all.map(map.toGalleryStats) }, 200)
  })

  app.openapi(wire.patchAdminGallery, async (c) => {
    await auth.admin(c)
    const { application_id: id, name } = c.req.valid('param')
    const choice = map.toSearchChoice(c.req.valid('json'))
    const chosen = await galleries.choose(id, name, choice)
    return c.json(map.toGalleryStats(await statistics.ofGallery(chosen)), 200)
  })
}
