import type { Messages } from '@mien/client'
import type { SessionResponse } from '@mien/shared/api/sessions'
import type { Ending, EndingKind } from './ending.ts'
import { endingWords, type Words } from './words.ts'

export interface PageView {
  /** The link is being looked at. */
  open(): void
  /** @param note how it went before, where the person may start again */
  invite(session: SessionResponse, start: () => Promise<void>, note?: string): void
  /** @param again absent where another try helps nobody */
  end(ending: Ending, again?: () => Promise<void>): void
}

/** What enroll.html shows: one view at a time, in one place. Its first view is there before any script is. */
export function createPageView(messages: Messages, words: Words): PageView {
  document.documentElement.lang = messages.locale
  document.documentElement.dir = messages.direction
  document.title = messages.title.enroll
  byId('opening-title').textContent = words.opening
  byId('invitation-title').textContent = messages.title.enroll
  onPress('start', messages.action.start)
  onPress('again', messages.action.again)

  return {
    open: () => show('opening'),
    invite(session, start, note = '') {
      const { application_name: application, consent_required: isAsked, pin } = session.settings
      byId('lead').textContent = words.lead.replace('{application}', () => application)
      const { points } = words
      const steps = [
        ...(isAsked ? [points.consent] : []),
        ...(pin.enroll === 'off' ? [] : [points.pin]),
        `${points.camera} ${messages.permission.privacy}`,
      ]
      byId('points').replaceChildren(...steps.map(listItem))
      byId('until').textContent = words.until.replace('{time}', () => timeOf(session.expires_at, messages.locale))
      byId('note').textContent = note
      acts.set('start', start)
      show('invitation', note === '' ? undefined : 'start')
    },
    end({ kind, code }, again) {
      const { title, advice } = endingWords(kind, messages, words)
      byId('ending').dataset.tone = toneOf(kind)
      byId('ending-title').textContent = title
      byId('advice').textContent = advice
      byId('code').textContent = code ?? ''
      byId('again').hidden = again === undefined
      if (again !== undefined) acts.set('again', again)
      show('ending')
    },
  }
}

const views = ['opening', 'invitation', 'ending'] as const

/** Its heading takes the focus, so that a screen reader begins there; after a first try the button, which says how that went. */
function show(shown: (typeof views)[number], focused = `${shown}-title`): void {
  for (const view of views) byId(view).hidden = view !== shown
  byId(focused).focus({ preventScroll: true })
}

const acts = new Map<string, () => Promise<void>>()

/** One press at a time: the button keeps the focus, which a disabled one would lose. */
function onPress(id: 'start' | 'again', label: string): void {
  const button = byId(id)
  let isBusy = false
  button.textContent = label
  button.addEventListener('click', async () => {
    if (isBusy) return
    isBusy = true
    await acts.get(id)?.()
    isBusy = false
  })
}

const tones: Readonly<Partial<Record<EndingKind, 'good' | 'calm'>>> = {
  done: 'good',
  used: 'calm',
  expired: 'calm',
  duplicate: 'calm',
}

const toneOf = (kind: EndingKind): string => tones[kind] ?? 'bad'

function listItem(text: string): HTMLLIElement {
  const item = document.createElement('li')
  item.textContent = text
  return item
}

/** Today the time says it all. */
function timeOf(timestamp: string, locale: string): string {
  const time = new Date(timestamp)
  const isToday = time.toDateString() === new Date().toDateString()
  return time.toLocaleString(locale, { timeStyle: 'short', ...(isToday ? {} : { dateStyle: 'medium' }) })
}

/** The elements of enroll.html. @throws Error when the page and this script do not fit together */
function byId(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`The page lacks #${id}`)
  return found
}
