import type { Outcome } from '../../domain/decision.ts'
import type { Application, Session } from '../../domain/model.ts'
import { disclosesToPage } from '../../domain/needed-level.ts'
import type { Clock } from '../../domain/ports.ts'
import { clientOf } from '../../http/identify-client.ts'
import * as map from './map.ts'
import type { Parts } from './parts.ts'
import { readSubmission } from './read-submission.ts'
import * as wire from './wire.ts'

/** Sessions, challenges, submissions and results: how a page and its backend recognise somebody. */
export function addCeremonies({ app, auth, services, once }: Parts, clock: Clock): void {
  /** What the page may see of a granted outcome, where the application discloses to pages. */
  const answer = async (outcome: Outcome, application: Application, session: Session) => {
    const isDisclosed = outcome.kind === 'ok' && outcome.subjectId !== null && disclosesToPage(application, session)
    if (!isDisclosed) return map.toSubmission(outcome, null)
    const subject = await services.subjects.find(application.id, outcome.subjectId)
    return map.toSubmission(outcome, map.toDisclosure(subject, outcome.at))
  }

  app.openapi(wire.openSession, async (c) => {
    const opener = await auth.opener(c)
    const request = c.req.valid('json')
    const open = async () => {
      const opened = await services.sessions.open({ ...opener, request })
      return map.toSession(opened, opener.application, services.model, request.locales ?? [])
    }
    // Whoever knows a public id would find other pages' sessions under their keys.
    if (opener.opener === 'page') return c.json(await open(), 201)
    return c.json(await once(c, opener.application.id, request, open), 201)
  })

  app.openapi(wire.readSession, async (c) => {
    const { session, application, clientToken } = await auth.session(c)
    await auth.checkCountry(c, application)
    await services.sessions.refuseUsed(session)
    const { locales = [] } = c.req.valid('query')
    return c.json(map.toSession({ session, clientToken }, application, services.model, locales), 200)
  })

  app.openapi(wire.askChallenge, async (c) => {
    const { session, application } = await auth.session(c)
    await auth.checkCountry(c, application)
    const challenge = await services.sessions.challenge(session, application, c.req.valid('json'))
    return c.json(map.toChallenge(challenge, session, clock.now()), 201)
  })

  app.openapi(wire.submitCapture, async (c) => {
    const { session, application } = await auth.session(c)
    const sent = await readSubmission(c)
    auth.claimedOrigin(c, session, application, sent.request.origin)
    const { signal } = c.req.raw
    const outcome = await services.submissions.submit({ ...sent, session, application, client: clientOf(c), signal })
    return c.json(await answer(outcome, application, session), 200)
  })

  app.openapi(wire.revealPictures, async (c) => {
    const { session, application } = await auth.session(c)
    await auth.checkCountry(c, application)
    const sent = await readSubmission(c)
    auth.claimedOrigin(c, session, application, sent.request.origin)
    const { signal } = c.req.raw
    const outcome = await services.submissions.reveal({ ...sent, session, application, client: clientOf(c), signal })
    return c.json(await answer(outcome, application, session), 200)
  })

  app.openapi(wire.stepUp, async (c) => {
    const { session, application } = await auth.session(c)
    await auth.checkCountry(c, application)
    const outcome = await services.stepUps.submit({
      session,
      application,
      request: c.req.valid('json'),
      client: clientOf(c),
    })
    return c.json(await answer(outcome, application, session), 200)
  })

  app.openapi(wire.redeemResult, async (c) => {
    const application = await auth.backend(c)
    const { result_code: code, code_verifier: verifier } = c.req.valid('json')
    return c.json(map.toRedeemed(await services.results.redeem(application.id, code, verifier)), 200)
  })
}
