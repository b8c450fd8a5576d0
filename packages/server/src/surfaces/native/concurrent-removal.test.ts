import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { engines } from '../../../../../test/contract/engines.ts'
import { openTestApp, type TestApp, type TestApplication } from '../../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'
import type { Database, Stores } from '../../domain/ports.ts'

/** The same database, whose transactions see stores that were tampered with. */
const tampered = (database: Database, tamper: (stores: Stores) => Stores): Database => ({
  ...database,
  transaction: (work) => database.transaction((stores) => work(tamper(stores))),
})

describe.each(engines)('what is deleted while a ceremony decides, on $name', ({ openOwn }) => {
  let rig: TestApp
  let shop: TestApplication
  let tamper: (stores: Stores) => Stores = (stores) => stores
  const ada = syntheticPerson(1)

  const open = async (settings = {}) => {
    rig = await openTestApp({ database: tampered(await openOwn(), (stores) => tamper(stores)) })
    shop = await rig.createApplication(settings)
    await shop.backend('POST', '/v1/webhooks', { url: 'https://receiver.example/', events: ['auth'] })
  }
  const logOfWebhook = async () => {
    const [{ webhook_id: id }] = (await shop.backend('GET', '/v1/webhooks')).json.webhooks
    return (await shop.backend('GET', `/v1/webhooks/${id}/deliveries`)).json.deliveries
  }
  afterEach(async () => {
    tamper = (stores) => stores
    await rig.close()
  })

  test('[CE2] [WH15] who is deleted after the comparison is nobody, and nothing is announced of them', async () => {
    await open()
    const id = await shop.enroll(ada)
    tamper = (stores) => ({
      ...stores,
      faces: {
        ...stores.faces,
        async ofSubjects(space, ids) {
          const found = await stores.faces.ofSubjects(space, ids)
          await stores.subjects.remove(space.applicationId, id)
          return found
        },
      },
    })
    expect(await shop.run('authenticate', ada)).toEqual({ status: 'refused', reason: 'not_recognised' })
    expect(await logOfWebhook()).toEqual([])
  })

  test('[CE2] [WH15] nor is who is deleted while the PIN is looked at', async () => {
    await open({ pin_authenticate: 'always' })
    const id = await shop.enroll(ada, { pin: '3917' })
    const ceremony = await shop.begin({ operation: 'authenticate' })
    const asked = (await shop.submit(ceremony, ada)).json
    tamper = (stores) => ({
      ...stores,
      pending: {
        ...stores.pending,
        async finish(applicationId, pendingId, at) {
          await stores.subjects.remove(applicationId, id)
          return stores.pending.finish(applicationId, pendingId, at)
        },
      },
    })
    const answer = await rig.send('POST', '/v1/step-ups', {
      authorization: `Session ${ceremony.session.client_token}`,
      body: { submission_id: asked.submission_id, pin: '3917' },
    })
    expect(answer.json).toEqual({ status: 'refused', reason: 'not_recognised' })
    expect(await logOfWebhook()).toEqual([])
  })

  test('[ST7] deleting an application waits for a ceremony that decides, and neither gives up', async () => {
    await open({ disclose_to_page: false })
    let deletion: Promise<{ status: number }> | undefined
    tamper = (stores) => ({
      ...stores,
      digests: {
        ...stores.digests,
        async remember(...given) {
          deletion ??= rig.send('DELETE', `/v1/admin/applications/${shop.credentials.application_id}`, {
            authorization: `Bearer ${rig.adminToken}`,
          })
          // Long enough for the deletion to be stuck where it will be.
          await sleep(200)
          return stores.digests.remember(...given)
        },
      },
    })
    const ceremony = await shop.begin({ operation: 'enroll' })
    const submitted = await shop.submit(ceremony, ada)
    expect([submitted.json.status, (await deletion)?.status]).toEqual(['ok', 204])
    expect(rig.failures).toEqual([])
  })
})
