/** What was captured so far answers nothing: the person went away, was not alone, or chose otherwise. A new challenge is asked for. */
export class StartOver extends Error {
  override readonly name = 'StartOver'

  /** @param isChosen the person would rather go on without something */
  constructor(readonly isChosen: boolean) {
    super('The capture starts over')
  }
}
