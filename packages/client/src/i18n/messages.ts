import type { Guidance, RetryReason } from '../ceremony/state.ts'
import type { FailureKind } from '../ui/failure-kind.ts'

export interface FailureWords {
  readonly title: string
  /** What the person can do now. */
  readonly advice: string
}

/** Every word that the widget shows or speaks. `{name}` is replaced, see `fill`. */
export interface Messages {
  /** BCP 47 tag of the language that these words are in. */
  readonly locale: string
  readonly direction: 'ltr' | 'rtl'
  readonly title: { readonly enroll: string; readonly authenticate: string }
  readonly action: {
    readonly close: string
    readonly cancel: string
    readonly accept: string
    readonly decline: string
    readonly again: string
    readonly finish: string
    readonly confirm: string
    readonly skip: string
    readonly showPin: string
    readonly hidePin: string
    readonly chooseCamera: string
  }
  readonly preparing: {
    readonly title: string
    readonly session: string
    readonly models: string
    /** `{loaded}` and `{total}` are sizes with their unit. */
    readonly bytes: string
    readonly runtime: string
    /** Label of the progress bar for a screen reader. */
    readonly progress: string
  }
  readonly consent: {
    readonly title: string
    /** `{application}` */
    readonly lead: string
    readonly points: readonly { readonly title: string; readonly text: string }[]
    readonly closing: string
  }
  readonly permission: { readonly title: string; readonly text: string; readonly privacy: string }
  readonly guidance: Readonly<Record<Guidance, string>>
  readonly camera: {
    readonly preview: string
    /** Label of the ring for a screen reader. */
    readonly progress: string
    /** Spoken once, when the camera opens. */
    readonly intro: string
    readonly capturing: string
    readonly local: string
  }
  readonly deciding: { readonly title: string; readonly enroll: string; readonly authenticate: string }
  readonly pin: {
    readonly newTitle: string
    readonly newText: string
    readonly askTitle: string
    readonly askText: string
    readonly label: string
    readonly hint: string
    readonly wrong: string
    readonly format: string
    readonly weak: string
    readonly notUnique: string
    readonly triesLeft: { readonly one: string; readonly other: string }
  }
  readonly retry: Readonly<Record<RetryReason, FailureWords>>
  readonly done: Readonly<Record<'enroll' | 'authenticate', { readonly title: string; readonly text: string }>>
  readonly failure: Readonly<Record<FailureKind, FailureWords>>
}

/** Puts values in the places that `{name}` marks; a name without a value stays as it is. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place)
}
