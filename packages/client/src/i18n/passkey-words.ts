/** What is said of passkeys. Few are asked for one: these words come with its views, in one file, and not with each language's own. */
export interface PasskeyWords {
  readonly askTitle: string
  readonly askText: string
  readonly use: string
  readonly usePin: string
  /** In place of the PIN. */
  readonly instead: string
  /** While the browser asks. */
  readonly waiting: string
  readonly wrong: string
  readonly notDone: string
  readonly newTitle: string
  readonly newText: string
  readonly add: string
  readonly later: string
  readonly notAdded: string
}
