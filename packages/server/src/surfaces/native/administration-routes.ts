import { MienError } from '@mien/shared/errors'
import { parseHead } from '../../domain/audit-chain.ts'
import * as map from './map.ts'
import type { Parts } from './parts.ts'
import * as wire from './wire.ts'

/** Applications, their settings and credentials, with the admin token. */
export function addAdministration({ app, auth, services }: Parts): void {
  const { applications, signingKeys, auditLog, keyRenewal, masterKeyRotation, retention } = services

  app.openapi(wire.createApplication, async (c) => {
    await auth.admin(c)
    const { name, origins = [] } = c.req.valid('json')
    return c.json(await applications.create(name, origins), 201)
  })

  app.openapi(wire.listApplications, async (c) => {
    await auth.admin(c)
    return c.json({ applications: (await applications.list()).map(map.toApplication) }, 200)
  })

  app.openapi(wire.deleteApplication, async (c) => {
    await auth.admin(c)
    await applications.remove(c.req.valid('param').application_id)
    return c.body(null, 204)
  })

  app.openapi(wire.patchSettings, async (c) => {
    await auth.admin(c)
    const changed = await applications.changeSettings(c.req.valid('param').application_id, c.req.valid('json'))
    return c.json(map.toApplication(changed), 200)
  })

  app.openapi(wire.rotateKey, async (c) => {
    await auth.admin(c)
    const issued = await applications.issueKey(c.req.valid('param').application_id, c.req.valid('json'))
    return c.json(map.toRotated(issued), 201)
  })

  app.openapi(wire.listKeys, async (c) => {
    await auth.admin(c)
    const keys = await applications.listKeys(c.req.valid('param').application_id)
    return c.json({ keys: keys.map(map.toCredential) }, 200)
  })

  app.openapi(wire.removeKey, async (c) => {
    await auth.admin(c)
    const { application_id: applicationId, credential_id: credentialId } = c.req.valid('param')
    await applications.removeKey(applicationId, credentialId)
    return c.body(null, 204)
  })

  app.openapi(wire.listAuditChains, async (c) => {
    await auth.admin(c)
    const heads = await Promise.all((await auditLog.chains()).map((id) => auditLog.head(id)))
    return c.json({ heads }, 200)
  })

  app.openapi(wire.verifyAuditChain, async (c) => {
    await auth.admin(c)
    const { head } = c.req.valid('json')
    if (head !== undefined && parseHead(head) === undefined) throw new MienError('REQUEST_INVALID')
    const report = await auditLog.verify(c.req.valid('param').application_id, head)
    return c.json(map.toChainReport(report), 200)
  })

  app.openapi(wire.readKeyRenewal, async (c) => {
    await auth.admin(c)
    const { application_id: applicationId } = c.req.valid('param')
    return c.json(map.toKeyRenewal(await keyRenewal.state(applicationId)), 200)
  })

  app.openapi(wire.renewKeys, async (c) => {
    await auth.admin(c)
    const { application_id: applicationId } = c.req.valid('param')
    await keyRenewal.begin(applicationId)
    // What stops it is tried again with the next sweep.
    keyRenewal.complete(applicationId).catch(() => undefined)
    return c.json(map.toKeyRenewal(await keyRenewal.state(applicationId)), 202)
  })

  app.openapi(wire.rotateMasterKey, async (c) => {
    await auth.admin(c)
    return c.json({ resealed: await masterKeyRotation.rotate() }, 200)
  })

  app.openapi(wire.runRetention, async (c) => {
    await auth.admin(c)
    const { confirm: isConfirmed = false } = c.req.valid('json')
    return c.json({ erased: await retention.sweep({ isConfirmed }) }, 200)
  })

  app.openapi(wire.listSigningKeys, async (c) => {
    await auth.admin(c)
    return c.json({ keys: (await signingKeys.list()).map(map.toSigningKey) }, 200)
  })

  app.openapi(wire.rotateSigningKey, async (c) => {
    await auth.admin(c)
    const { compromised = false } = c.req.valid('json')
    return c.json({ keys: (await signingKeys.rotate({ compromised })).map(map.toSigningKey) }, 201)
  })
}
