import * as map from './map.ts'
import type { Parts } from './parts.ts'
import * as wire from './wire.ts'

export function addGalleries({ app, auth, services: { galleries }, once }: Parts): void {
  app.openapi(wire.listGalleries, async (c) => {
    const all = await galleries.list((await auth.backend(c)).id)
    return c.json({ galleries: all.map(map.toGallery) }, 200)
  })

  app.openapi(wire.createGallery, async (c) => {
    const { id } = await auth.backend(c)
    const request = c.req.valid('json')
    const create = async () => map.toGallery({ ...(await galleries.create(id, request.name)), subjects: 0 })
    return c.json(await once(c, id, request, create), 201)
  })

  app.openapi(wire.getGallery, async (c) => {
    const { id } = await auth.backend(c)
    return c.json(map.toGallery(await galleries.count(id, c.req.valid('param').name)), 200)
  })

  app.openapi(wire.deleteGallery, async (c) => {
    const { id } = await auth.backend(c)
    await galleries.remove(id, c.req.valid('param').name)
    return c.body(null, 204)
  })
}
