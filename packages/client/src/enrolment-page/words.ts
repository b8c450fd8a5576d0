import type { Messages } from '@mien/client'
import type { EndingKind } from './ending.ts'

interface EndingWords {
  readonly title: string
  /** What the person can do now. */
  readonly advice: string
}

/** What this page says beside the widget's own words. `{name}` is replaced. */
export interface Words {
  readonly opening: string
  /** `{application}` */
  readonly lead: string
  /** What will happen, one line each. */
  readonly points: { readonly consent: string; readonly pin: string; readonly camera: string }
  /** `{time}`, a time or a date and a time. */
  readonly until: string
  readonly close: string
  /** Below what went wrong, above a code. */
  readonly fault: string
  readonly unknown: EndingWords
  readonly expired: EndingWords
  readonly used: EndingWords
  readonly otherPurpose: EndingWords
}

/** Most of what can happen here has its words in the widget already. */
export function endingWords(kind: EndingKind, { done, failure }: Messages, words: Words): EndingWords {
  switch (kind) {
    case 'done':
      return { title: done.enroll.title, advice: words.close }
    case 'unknown':
    case 'expired':
    case 'used':
      return words[kind]
    case 'other-purpose':
      return words.otherPurpose
    case 'insecure':
      return failure['insecure-page']
    case 'browser':
      return failure['browser-unsupported']
    case 'fault':
      return { title: failure['server-fault'].title, advice: words.fault }
    case 'duplicate':
      return { title: failure.duplicate.title, advice: words.close }
    default:
      return failure[kind]
  }
}
