import { element } from './dom.ts'

/** Keeps the room of the longest words that can come into it, so that nothing around moves when they change. */
export function steady(child: HTMLElement, words: readonly string[]): HTMLElement {
  const longest = words.reduce((best, each) => (each.length > best.length ? each : best), '')
  return element('div', { class: 'steady', 'data-longest': longest }, child)
}
