import { element, setText } from './dom.ts'

/** Shortest time between two announcements: a screen reader needs about this long to speak an instruction. */
const minIntervalMs = 1500

export interface Announcer {
  readonly element: HTMLElement
  /** Speaks when the person's screen reader is free. Of what is said in quick succession only the last is spoken. */
  say(text: string): void
  dispose(): void
}

export function createAnnouncer(): Announcer {
  const region = element('p', { class: 'unseen', role: 'status', 'aria-live': 'polite' })
  let timer: ReturnType<typeof setTimeout> | undefined
  let waiting: string | undefined

  const speak = (text: string): void => {
    setText(region, text)
    timer = setTimeout(() => {
      timer = undefined
      const next = waiting
      waiting = undefined
      if (next !== undefined) speak(next)
    }, minIntervalMs)
  }

  return {
    element: region,
    say(text) {
      if (timer === undefined) speak(text)
      else waiting = text
    },
    dispose: () => clearTimeout(timer),
  }
}
