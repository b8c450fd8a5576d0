import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { engines } from '../../../../test/contract/engines.ts'
import { openTestApp, type TestApp, type TestApplication } from '../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../test/fixtures/synthetic-templates.ts'
import { effectiveStatus } from './authenticator-status.ts'
import type { Invitation } from './authenticators.ts'
import type { Application } from './model.ts'

const rounds = 6

describe.each(engines)('while an enrolment runs, on $name', ({ openOwn }) => {
  let rig: TestApp
  let shop: TestApplication
  let application: Application
  let seed = 20_000

  beforeAll(async () => {
    rig = await openTestApp({ database: await openOwn() })
    await openApplication()
  }, 60_000)
  afterAll(() => rig.close())

  const openApplication = async (): Promise<void> => {
    shop = await rig.createApplication()
    application = (await rig.services.applications.findByPublicId(shop.credentials.public_id))!
  }

  const createSubject = async (): Promise<string> => {
    const gallery = await rig.services.galleries.findByName(application.id, 'default')
    return (await rig.services.subjects.create(application, gallery.id, {})).id
  }

  /** Lets an invited person submit while something else happens. @returns how both ended */
  async function race(act: (invitation: Invitation) => Promise<unknown>) {
    // A place of its own, so that those who are refused lock nobody out.
    await openApplication()
    const person = syntheticPerson(seed++)
    const invitation = await rig.services.authenticators.invite(application, await createSubject())
    const authorization = `Session ${invitation.clientToken}`
    const session = (await rig.send('GET', '/v1/sessions/current', { authorization })).json
    const challenge = (await rig.send('POST', '/v1/challenges', { authorization, body: {} })).json
    const ceremony = { session: { ...session, client_token: invitation.clientToken }, challenge }
    const [submitted, acted] = await Promise.allSettled([shop.submit(ceremony, person), act(invitation)])
    const answer = submitted.status === 'fulfilled' ? submitted.value : Promise.reject(submitted.reason)
    const { status, json } = await answer
    expect(status).toBeLessThan(500)
    if (acted.status === 'rejected') expect(acted.reason).toMatchObject({ code: 'CONFLICT' })
    const subjectId = invitation.subject.id
    const left = await rig.services.authenticators.ofSubject(application.id, subjectId)
    const signsIn = (await shop.run('authenticate', person)).status === 'ok'
    const isEnrolled = json.status === 'ok'
    return {
      isEnrolled,
      isDone: acted.status === 'fulfilled',
      left: left && effectiveStatus(left, rig.clock.now()),
      signsIn,
    }
  }

  test('[AU8] removing leaves neither face nor invitation', async () => {
    for (let round = 0; round < rounds; round++) {
      const ended = await race(({ authenticator: { id } }) => rig.services.authenticators.remove(application.id, id))
      expect(ended).toMatchObject({ isDone: true, left: undefined, signsIn: false })
    }
  })

  test('[AU4] switching off holds, whoever comes first', async () => {
    for (let round = 0; round < rounds; round++) {
      const ended = await race(({ subject: { id } }) =>
        rig.services.authenticators.change(application.id, id, { status: 'disabled' }),
      )
      expect(ended).toMatchObject({ isDone: true, left: 'disabled', signsIn: false })
    }
  })

  test('[AU3] inviting again either comes too late or ends the invitation', async () => {
    for (let round = 0; round < rounds; round++) {
      const { isEnrolled, isDone, left, signsIn } = await race(({ authenticator: { id } }) =>
        rig.services.authenticators.inviteAgain(application, id, async () => {}),
      )
      expect(isDone).toBe(!isEnrolled)
      expect([left, signsIn]).toEqual(isEnrolled ? ['active', true] : ['activating', false])
    }
  })

  test('[AU1] of eight who invite one person at once, one does', async () => {
    for (let round = 0; round < rounds; round++) {
      const id = await createSubject()
      const all = await Promise.allSettled(
        Array.from({ length: 8 }, () => rig.services.authenticators.invite(application, id)),
      )
      expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      for (const each of all) if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'CONFLICT' })
    }
  })
})
