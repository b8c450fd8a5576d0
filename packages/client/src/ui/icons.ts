import { svgElement } from './dom.ts'

/** Strokes on a 24 x 24 grid. */
const strokes = {
  check: ['M5 12.5 10 17.5 19.5 7'],
  alert: ['M12 4.5v9.5', 'M12 19v.3'],
  retry: ['M19 12a7 7 0 1 1-2.1-5', 'M19 3.5v4h-4'],
  close: ['M6 6 18 18', 'M18 6 6 18'],
  camera: ['M3 8.5h4l1.5-2.5h7L17 8.5h4v10H3z', 'M12 16.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4z'],
  face: [
    'M12 21c4.4 0 7-3.8 7-9s-2.6-9-7-9-7 3.8-7 9 2.6 9 7 9z',
    'M9.3 10.5v.8',
    'M14.7 10.5v.8',
    'M9.5 15.2c1.5 1.2 3.5 1.2 5 0',
  ],
  device: ['M7 3h10v18H7z', 'M11 18h2'],
  keep: ['M6 11h12v9H6z', 'M8.5 11V8a3.5 3.5 0 0 1 7 0v3'],
  erase: ['M5 7h14', 'M9 7V4.5h6V7', 'M7 7l.8 13h8.4L17 7'],
  pin: ['M4 7h16v10H4z', 'M8 12v.1', 'M12 12v.1', 'M16 12v.1'],
} as const satisfies Record<string, readonly string[]>

export type IconName = keyof typeof strokes

/** Decoration: hidden from screen readers, drawn in the colour of the text around it. */
export function icon(name: IconName): SVGSVGElement {
  const attributes = { class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false' }
  return svgElement('svg', attributes, ...strokes[name].map((d) => svgElement('path', { d })))
}
