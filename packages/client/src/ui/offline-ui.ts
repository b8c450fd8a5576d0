import { Refusal } from '../ceremony/refusal.ts'
import type { CeremonyFailure, CeremonyOutcome, CeremonyState } from '../ceremony/state.ts'
import { offlineWords } from '../i18n/choose-offline-words.ts'
import type { Messages } from '../i18n/messages.ts'
import type { OfflineWords } from '../i18n/offline-words.ts'
import type { NotReady } from '../offline/readiness.ts'
import { element, setText } from './dom.ts'
import { failureKind } from './failure-kind.ts'
import { icon } from './icons.ts'

/** What the widget shows and says where the server cannot be reached. */
export interface OfflineUi {
  /** In the header, below the title: how things stand. It has its room from the beginning, so that nothing moves. */
  readonly line: HTMLElement
  readonly styles: string
  /** Says how things stand. @returns the words for this state */
  show(state: CeremonyState): Messages
}

/** A file of its own, words of all languages included, for pages that set `offline`. */
export function createOfflineUi(messages: Messages): OfflineUi {
  const words = offlineWords(messages)
  const text = element('span')
  const line = element('p', { class: 'standing', part: 'standing', 'aria-live': 'polite' }, icon('offline'), text)
  return {
    line,
    styles,
    show(state) {
      const standing = standingOf(state, words)
      line.toggleAttribute('data-empty', standing === '')
      setText(text, standing)
      return reword(state, messages, words)
    },
  }
}

function standingOf(state: CeremonyState, words: OfflineWords): string {
  if (state.name === 'done') return isClaim(state.result) ? words.waiting : ''
  if (state.name === 'failed') return isOfDevice(state.failure) ? words.offline : ''
  return state.offline ? words.offline : ''
}

const isClaim = (result: CeremonyOutcome): boolean => 'offline' in result

/** Why the device was no help, in a failure that says so. */
const notReadyIn = (failure: CeremonyFailure): NotReady | undefined =>
  failure instanceof Refusal ? undefined : (failure.details?.offline as NotReady | undefined)

const isOfDevice = (failure: CeremonyFailure): boolean =>
  failure instanceof Refusal ? failure.offline : notReadyIn(failure) !== undefined

/** The same views say other words. */
function reword(state: CeremonyState, messages: Messages, words: OfflineWords): Messages {
  if (state.name === 'done' && isClaim(state.result)) return { ...messages, done: doneWords(messages, words) }
  if (state.name !== 'failed' || !isOfDevice(state.failure)) return messages
  const kind = failureKind(state.failure)
  const why = notReadyIn(state.failure)
  const said =
    why === undefined
      ? { title: messages.failure[kind].title, advice: words.strangerAdvice }
      : { title: words.cannot, advice: words.notReady[why] }
  return { ...messages, failure: { ...messages.failure, [kind]: said } }
}

const doneWords = ({ done }: Messages, words: OfflineWords): Messages['done'] => ({
  ...done,
  authenticate: { title: words.recognised, text: words.recognisedText },
  enroll: { title: words.draft, text: words.draftText },
})

const styles = `
.header { display: grid; grid-template: auto auto / minmax(0, 1fr) auto; gap: 0 0.5rem; }
.header .icon-button { grid-area: 1 / 2 / 3; }
.standing { display: flex; align-items: center; gap: 0.375rem; min-block-size: 1.25rem; font-size: 0.8125rem; line-height: 1.25rem; font-weight: 600; color: var(--text); }
.standing .icon { flex: none; inline-size: 1rem; block-size: 1rem; stroke-width: 2; color: var(--accent); }
.standing[data-empty] .icon { display: none; }
`
