import { checkInsOf, type Fate, type ListedCheckIn } from './check-ins.ts'
import { byId } from './page.ts'

const fateWords: Readonly<Record<Fate, string>> = {
  waiting: 'Waiting',
  synced: 'Synced',
  refused: 'Refused',
  reviewed: 'Being reviewed',
}

/** Draws the list of today's check-ins anew. */
export async function showDay(): Promise<void> {
  const listed = await checkInsOf(new Date())
  byId('check-ins', HTMLOListElement).replaceChildren(...listed.map(toItem))
  byId('empty', HTMLElement).hidden = listed.length > 0
  byId('count', HTMLElement).textContent = countWords(listed)
}

function countWords(listed: readonly ListedCheckIn[]): string {
  const waiting = listed.filter(({ fate }) => fate === 'waiting').length
  if (waiting > 0) return `${waiting} waiting to be synced`
  return listed.length > 0 ? 'All synced' : ''
}

function toItem({ id, at, operation, facialId, name, fate, why }: ListedCheckIn): HTMLLIElement {
  const item = document.createElement('li')
  item.dataset.fate = fate
  item.dataset.id = id
  const time = child(item, 'time', timeOf(at))
  time.dateTime = at
  const who = name ?? (facialId === null ? 'Somebody new' : `Person ${facialId.slice(0, 8)}`)
  child(item, 'span', operation === 'enroll' ? `${who} (new)` : who).className = 'who'
  child(item, 'span', fateWords[fate]).className = 'fate'
  if (why !== '') child(item, 'span', why).className = 'why'
  return item
}

export const timeOf = (at: string): string =>
  new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })

function child<Tag extends 'span' | 'time'>(parent: Element, tag: Tag, text: string): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag)
  made.textContent = text
  parent.append(made)
  return made
}
