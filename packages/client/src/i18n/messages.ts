import type { ActiveAction, SessionOperation } from '@mien/shared/api/fields'
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
  readonly title: Readonly<Record<SessionOperation, string>>
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
    /** Where there are two cameras: takes the other one. */
    readonly switchCamera: string
    /** Skips the rest of the introduction. */
    readonly start: string
    /** Label of the PIN pad's key that takes the last digit away. */
    readonly deleteDigit: string
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
    /** Points that are added where the application has the face's age, or age and gender, guessed. `{application}` */
    readonly ageGate: { readonly title: string; readonly text: string }
    readonly details: { readonly title: string; readonly text: string }
    /** Before the application's own purpose and version. `{version}` */
    readonly purpose: string
    readonly version: string
  }
  readonly intro: {
    readonly title: string
    /** What helps, one line each. */
    readonly points: readonly [string, string, string]
    /** `{seconds}`, a number with its unit. */
    readonly countdown: string
  }
  readonly permission: { readonly title: string; readonly text: string; readonly privacy: string }
  readonly guidance: Readonly<Record<Guidance, string>>
  readonly camera: {
    readonly preview: string
    /** The same for a camera that looks away from the person: not a mirror image. */
    readonly plainPreview: string
    /** Label of the ring for a screen reader. */
    readonly progress: string
    /** Spoken once, when the camera opens. */
    readonly intro: string
    readonly capturing: string
    readonly local: string
  }
  readonly active: {
    readonly actions: Readonly<Record<ActiveAction | 'hold', string>>
    /** `{step}` and `{steps}` are numbers. */
    readonly step: string
    /** Button: goes on without moving. */
    readonly holdInstead: string
    /** Spoken when an action is done. */
    readonly stepDone: string
  }
  /** Where pictures of the face are sent for the server to look at. */
  readonly pictures: {
    readonly title: string
    /** Instead of what consent says of what leaves the device. */
    readonly leaves: string
    /** That the screen will change colour, and who had better go without. */
    readonly colours: string
    readonly brightness: string
    /** A choice: no colours, no motion. */
    readonly withoutColours: string
    readonly withoutMotion: string
    /** In place of the words that no picture leaves the device. */
    readonly privacy: string
    /** What to do while colours change. */
    readonly flash: string
    readonly up: string
    readonly down: string
    /** The same where the server asks for them only now and then, after the capture. */
    readonly perhaps: { readonly title: string; readonly leaves: string; readonly privacy: string }
  }
  readonly deciding: { readonly title: string } & Readonly<Record<SessionOperation, string>>
  readonly pin: {
    readonly newTitle: string
    readonly newText: string
    readonly askTitle: string
    readonly askText: string
    readonly label: string
    readonly hint: string
    /** Label of the group of digit keys. */
    readonly pad: string
    readonly wrong: string
    readonly format: string
    readonly weak: string
    readonly notUnique: string
    /** `{digits}` is how many have been typed; spoken, not shown. */
    readonly typed: string
    /** `{count}`, by the plural category of the language. `other` stands in for a category that is not there. */
    readonly triesLeft: Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string }
  }
  readonly retry: Readonly<Record<RetryReason, FailureWords>>
  readonly done: Readonly<Record<SessionOperation, { readonly title: string; readonly text: string }>>
  readonly failure: Readonly<Record<FailureKind, FailureWords>>
}

/** Puts values in the places that `{name}` marks; a name without a value stays as it is. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place)
}
