import type { BrowserContext, Page } from 'playwright-core'
import type { Operation, Outcome } from './shop.ts'

export interface VerifiedCall {
  readonly publicId: string
  readonly operation: Operation
  readonly options?: Readonly<Record<string, unknown>>
  /** Presses No, thanks where pictures are announced. */
  readonly declines?: boolean
}

export interface VerifiedOutcome {
  readonly outcome: Outcome
  /** The names of the states, repeats left out. */
  readonly states: readonly string[]
  /** What the widget showed as a lamp, repeats left out. */
  readonly colours: readonly string[]
  /** Milliseconds in the states of each name. */
  readonly spentMs: Readonly<Record<string, number>>
}

/**
 * @param context one device: what it keeps is there for its next page
 * @param camera a script that puts a camera of our own into the page
 */
export async function watchedPage(context: BrowserContext, origin: string, camera: string): Promise<Page> {
  const page = await context.newPage()
  await page.addInitScript(camera)
  await page.goto(origin)
  return page
}

/** Calls the widget in front of a scripted camera, which follows what the widget shows; presses the buttons that come. */
export function callVerified(page: Page, call: VerifiedCall): Promise<VerifiedOutcome> {
  return page.evaluate(`(async ({ publicId, operation, options, declines }) => {
    const empty = { code: 0, message: '', mienCode: null, facialId: null, payload: null, resultCode: '' }
    const states = [], colours = [], spentMs = {}
    let since = performance.now(), name = 'preparing'
    const onState = (state) => {
      const now = performance.now()
      spentMs[name] = (spentMs[name] ?? 0) + now - since
      since = now
      name = state.name
      if (states.at(-1) !== name) states.push(name)
      if (state.colour && colours.at(-1) !== state.colour) colours.push(state.colour)
      followState(state)
      if (name === 'picture-notice') setTimeout(() => (declines ? state.decline() : state.proceed()))
      if (name === 'retry') setTimeout(() => state.again())
    }
    globalThis.face ??= new faceIO(publicId, { failureTimeout: 0 })
    const given = { userConsent: true, locale: 'en', enrollIntroTimeout: 0, onState, ...options }
    const outcome = await face[operation](given).then(
      (result) => ({ ...empty, ...result }),
      (error) => ({ ...empty, code: Number(error), message: String(error.message), mienCode: error.mienCode ?? null }),
    )
    return { outcome, states, colours, spentMs }
  })(${JSON.stringify(call)})`)
}
