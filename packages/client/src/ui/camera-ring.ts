import { element, svgElement } from './dom.ts'

/** Drawn on a grid of 76 x 100, from the top clockwise. */
const path = 'M38 2a36 48 0 0 1 0 96a36 48 0 0 1 0-96z'

export interface Ring {
  readonly element: HTMLElement
  /** @param progress 0..1 */
  show(progress: number): void
}

/** The oval that the face belongs in, and around it how much of the capture is done. */
export function createRing(label: string): Ring {
  const line = svgElement('path', { class: 'ring-line', d: path, pathLength: '100' })
  const track = svgElement('path', { class: 'ring-track', d: path })
  const ring = element(
    'div',
    {
      class: 'ring',
      part: 'ring',
      role: 'progressbar',
      'aria-label': label,
      'aria-valuemin': '0',
      'aria-valuemax': '100',
    },
    svgElement('svg', { viewBox: '0 0 76 100', 'aria-hidden': 'true' }, track, line),
  )
  return {
    element: ring,
    show(progress) {
      const percent = Math.round(Math.min(1, Math.max(0, progress)) * 100)
      line.style.strokeDasharray = `${percent} 100`
      line.style.opacity = percent === 0 ? '0' : '1'
      ring.setAttribute('aria-valuenow', String(percent))
    },
  }
}
