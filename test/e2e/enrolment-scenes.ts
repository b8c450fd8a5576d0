import type { SessionResponse } from '@mien/shared/api/sessions'
import type { Page, Route } from 'playwright-core'

const clientToken = 'A'.repeat(43)

const session: SessionResponse = {
  session_id: '0190163d-8694-739b-aea5-966c26f8ad90',
  client_token: clientToken,
  expires_at: '2030-03-01T16:30:00.000Z',
  operation: 'enroll',
  settings: {
    application_name: 'Harbour Library',
    consent_required: true,
    policy_version: '1',
    consent_text: null,
    attributes: 'off',
    minimum_age: 18,
    reject_obscured: true,
    min_frames: 3,
    max_frames: 5,
    min_frame_interval_ms: 150,
    pad_threshold: 0.5,
    pin: { enroll: 'optional', authenticate: 'off', reject_weak: true },
    passkeys: false,
    server_verified: false,
    spot_checked: false,
    flashes: true,
    devices: false,
    disclose_to_page: false,
  },
  model: { pack: 'standard', model_id: 'model', dimension: 512 },
}

type Answer = (route: Route) => Promise<void>
const answer =
  (status: number, json: object): Answer =>
  (route) =>
    route.fulfill({ status, json })
const refusal = (status: number, code: string): Answer =>
  answer(status, { error: { code, message: 'No', request_id: 'r' } })

/** What the enrolment page shows, by what the server answers when it asks for its session; null: it has nothing to ask with. */
const answers = {
  opening: () => new Promise<void>(() => undefined),
  invitation: answer(200, session),
  stopped: answer(200, session),
  unknown: null,
  expired: refusal(401, 'session_expired'),
  used: refusal(409, 'challenge_used'),
  'other-purpose': answer(200, { ...session, operation: 'authenticate' }),
  network: (route) => route.abort(),
  fault: refusal(500, 'internal'),
} as const satisfies Record<string, Answer | null>

export type EnrolmentScene = keyof typeof answers
export const enrolmentScenes = Object.keys(answers) as readonly EnrolmentScene[]

/** Opens the page where it has come to this; whatever it says then is there. */
export async function openEnrolmentScene(page: Page, origin: string, scene: EnrolmentScene): Promise<void> {
  const sent = answers[scene]
  await page.route(/\/v1\/sessions\/current/, (route) => (sent === null ? route.abort() : sent(route)))
  await page.goto(`${origin}/enroll.html${sent === null ? '' : `#${clientToken}`}`)
  const view = { opening: 'opening', invitation: 'invitation', stopped: 'invitation' }[scene as string] ?? 'ending'
  await page.locator(`#${view}-title`).filter({ hasNotText: /^…$/ }).waitFor()
  if (scene !== 'stopped') return
  // Whoever closes the widget finds the invitation again.
  await page.locator('#start').click()
  await page.locator('[data-mien-widget] dialog').waitFor()
  await page.keyboard.press('Escape')
  await page.locator('#note').filter({ hasText: /./ }).waitFor()
}
