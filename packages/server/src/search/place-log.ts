/** What happened to the places of a block while a scan went on. */
export interface PlaceChanges {
  /** Places that hold another vector since, or none. */
  readonly touched: ReadonlySet<number>
  /** Those of them that held a vector all the time, one after the other. */
  readonly replaced: ReadonlySet<number>
}

/** From the beginning of a scan to its end. */
export interface PlaceWatch {
  changes(): PlaceChanges
  end(): void
}

/** Remembers what happens to places for as long as somebody who watches needs it. */
export interface PlaceLog {
  /** Its vector was replaced. */
  replace(place: number): void
  /** It was taken or emptied. */
  touch(place: number): void
  watch(): PlaceWatch
  readonly isWatched: boolean
}

export function createPlaceLog(): PlaceLog {
  /** In order: the place that was replaced, ~place of another one. */
  let entries: number[] = []
  /** Entries that were before those and are forgotten. */
  let forgotten = 0
  /** Where each watch began, counted from the very first entry; the eldest first. */
  const watches = new Set<{ readonly since: number }>()

  const note = (entry: number) => {
    if (watches.size > 0) entries.push(entry)
  }

  function forget(): void {
    const end = forgotten + entries.length
    const [eldest = { since: end }] = watches
    entries = entries.slice(eldest.since - forgotten)
    forgotten = eldest.since
  }

  return {
    replace: note,
    touch: (place) => note(~place),
    watch() {
      const watch = { since: forgotten + entries.length }
      watches.add(watch)
      return {
        changes() {
          const seen = entries.slice(watch.since - forgotten)
          return {
            touched: new Set(seen.map((entry) => (entry < 0 ? ~entry : entry))),
            replaced: new Set(seen.filter((entry) => entry >= 0)),
          }
        },
        end() {
          if (watches.delete(watch)) forget()
        },
      }
    },
    get isWatched() {
      return watches.size > 0
    },
  }
}
