import type { Subject } from '../../domain/model.ts'
import type { Clock } from '../../domain/ports.ts'
import { clientAddress } from '../../http/client-address.ts'
import * as map from './map.ts'
import { pageOf, pageSize } from './paging.ts'
import type { Parts } from './parts.ts'
import { toErasure, toPersonExport } from './people-map.ts'
import * as wire from './subjects-wire.ts'

/** People, their payloads, PINs and consents. */
export function addSubjects({ app, auth, services, once }: Parts, clock: Clock): void {
  const { subjects, galleries, faces, consents, personExports, erasures, lockouts } = services

  const describe = async (subject: Subject) => {
    const { applicationId, id, galleryId } = subject
    return map.toSubject(subject, {
      gallery: (await galleries.find(applicationId, galleryId)).name,
      faces: (await faces.list(applicationId, id)).length,
      consent: await subjects.consentOf(applicationId, id),
    })
  }

  app.openapi(wire.createSubject, async (c) => {
    const application = await auth.backend(c)
    const request = c.req.valid('json')
    const { gallery = 'default', name, user_ref: externalRef, payload, pin } = request
    const create = async () => {
      const { id: galleryId } = await galleries.findByName(application.id, gallery)
      const person = { name: name ?? '', externalRef: externalRef ?? null, payload: payload ?? null }
      return (await subjects.create(application, galleryId, pin === undefined ? person : { ...person, pin })).id
    }
    // The id alone is kept for repeats: what is known of somebody goes with them.
    const id = await once(c, application.id, request, create)
    return c.json(await describe(await subjects.find(application.id, id)), 201)
  })

  app.openapi(wire.listSubjects, async (c) => {
    const { id } = await auth.backend(c)
    const { limit, cursor, gallery, user_ref: externalRef } = c.req.valid('query')
    const size = pageSize(limit)
    const galleryId = gallery === undefined ? undefined : (await galleries.findByName(id, gallery)).id
    const found = await subjects.list(id, {
      limit: size + 1,
      ...(galleryId === undefined ? {} : { galleryId }),
      ...(externalRef === undefined ? {} : { externalRef }),
      ...(cursor === undefined ? {} : { afterId: cursor }),
    })
    const { page, nextCursor } = pageOf(found, size)
    const names = new Map((await galleries.list(id)).map((each) => [each.id, each.name]))
    const listed = page.map((subject) => map.toSummary(subject, names.get(subject.galleryId) ?? ''))
    return c.json({ subjects: listed, next_cursor: nextCursor }, 200)
  })

  app.openapi(wire.getSubject, async (c) => {
    const { id } = await auth.backend(c)
    return c.json(await describe(await subjects.find(id, c.req.valid('param').facial_id)), 200)
  })

  app.openapi(wire.patchSubject, async (c) => {
    const { id } = await auth.backend(c)
    const { name, user_ref: externalRef } = c.req.valid('json')
    const changes = {
      ...(name === undefined ? {} : { name }),
      ...(externalRef === undefined ? {} : { externalRef }),
    }
    return c.json(await describe(await subjects.update(id, c.req.valid('param').facial_id, changes)), 200)
  })

  app.openapi(wire.deleteSubject, async (c) => {
    await subjects.remove((await auth.backend(c)).id, c.req.valid('param').facial_id, clientAddress(c))
    return c.body(null, 204)
  })

  app.openapi(wire.exportSubject, async (c) => {
    const { id } = await auth.backend(c)
    const person = await personExports.of(id, c.req.valid('param').facial_id)
    return c.json(toPersonExport(person, clock.now()), 200)
  })

  app.openapi(wire.certifyErasure, async (c) => {
    const { id } = await auth.backend(c)
    return c.json(toErasure(await erasures.certify(id, c.req.valid('param').facial_id)), 200)
  })

  app.openapi(wire.putPayload, async (c) => {
    const { id } = await auth.backend(c)
    await subjects.setPayload(id, c.req.valid('param').facial_id, c.req.valid('json').payload)
    return c.body(null, 204)
  })

  app.openapi(wire.putPin, async (c) => {
    await subjects.setPin(await auth.backend(c), c.req.valid('param').facial_id, c.req.valid('json').pin)
    return c.body(null, 204)
  })

  app.openapi(wire.deletePin, async (c) => {
    await subjects.removePin((await auth.backend(c)).id, c.req.valid('param').facial_id)
    return c.body(null, 204)
  })

  app.openapi(wire.deleteLockouts, async (c) => {
    await lockouts.open((await auth.backend(c)).id, c.req.valid('param').facial_id)
    return c.body(null, 204)
  })

  app.openapi(wire.listConsents, async (c) => {
    const { id } = await auth.backend(c)
    const all = await consents.list(id, c.req.valid('param').facial_id)
    return c.json({ consents: all.map(map.toConsentEntry) }, 200)
  })

  app.openapi(wire.addConsent, async (c) => {
    const { id } = await auth.backend(c)
    const { facial_id: facialId } = c.req.valid('param')
    const request = c.req.valid('json')
    const record = async () => map.toConsentEntry(await consents.record(id, facialId, request))
    return c.json(await once(c, id, request, record), 201)
  })
}
