import type { Parts } from './parts.ts'
import * as map from './passkeys-map.ts'
import * as wire from './passkeys-wire.ts'

/** Passkeys: what a page makes and uses them with, and what a backend sees of them. */
export function addPasskeys({ app, auth, services: { passkeys, passkeyCeremonies } }: Parts): void {
  app.openapi(wire.askPasskeyOptions, async (c) => {
    const { session, application } = await auth.session(c)
    await auth.checkCountry(c, application)
    const drawn = await passkeyCeremonies.options({ session, application, request: c.req.valid('json') })
    return c.json(map.toPasskeyOptions(drawn, application), 201)
  })

  app.openapi(wire.addPasskey, async (c) => {
    const { session, application } = await auth.session(c)
    await auth.checkCountry(c, application)
    await passkeyCeremonies.register({ session, application, request: c.req.valid('json') })
    return c.body(null, 204)
  })

  app.openapi(wire.listPasskeys, async (c) => {
    const { id } = await auth.backend(c)
    const all = await passkeys.list(id, c.req.valid('param').facial_id)
    return c.json({ passkeys: all.map(map.toPasskey) }, 200)
  })

  app.openapi(wire.revokePasskey, async (c) => {
    const { id } = await auth.backend(c)
    const { facial_id: facialId, passkey_id: passkeyId } = c.req.valid('param')
    await passkeys.revoke(id, facialId, passkeyId)
    return c.body(null, 204)
  })
}
