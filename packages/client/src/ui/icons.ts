import { svgElement } from './dom.ts'

/** Strokes on a 24 x 24 grid. */
const strokes = {
  check: 'M5 12.5 10 17.5 19.5 7',
  alert: 'M12 4.5v9.5M12 19v.3',
  retry: 'M19 12a7 7 0 1 1-2.1-5M19 3.5v4h-4',
  close: 'M6 6 18 18M18 6 6 18',
  camera: 'M3 8.5h4l1.5-2.5h7L17 8.5h4v10H3zM12 16.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4z',
  'camera-off': 'M3 8.5h3.5M10 6h5.5L17 8.5h4v9M17.5 18.5H3v-10M9.5 11a3.2 3.2 0 0 0 4.6 4.4M3.5 3.5l17 17',
  face: 'M12 21c4.4 0 7-3.8 7-9s-2.6-9-7-9-7 3.8-7 9 2.6 9 7 9zM9.3 10.5v.8M14.7 10.5v.8M9.5 15.2c1.5 1.2 3.5 1.2 5 0',
  unknown: 'M8.8 9a3.2 3.2 0 1 1 4.8 2.7c-1 .6-1.6 1.3-1.6 2.6M12 18v.1',
  person: 'M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c0-3.7 3-6 7.5-6s7.5 2.3 7.5 6',
  people:
    'M9 11.5a3.6 3.6 0 1 0 0-7.2 3.6 3.6 0 0 0 0 7.2zM2.5 20c0-3.4 2.6-5.5 6.5-5.5s6.5 2.1 6.5 5.5M15.5 11.3a3.4 3.4 0 0 0 0-6.8M18 14.6c2.2.8 3.5 2.7 3.5 5.4',
  light:
    'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 3v1.6M12 19.4V21M3 12h1.6M19.4 12H21M5.6 5.6l1.2 1.2M17.2 17.2l1.2 1.2M18.4 5.6l-1.2 1.2M6.8 17.2l-1.2 1.2',
  eye: 'M2.5 12S6 5.5 12 5.5s9.5 6.5 9.5 6.5-3.5 6.5-9.5 6.5S2.5 12 2.5 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z',
  device: 'M7 3h10v18H7zM11 18h2',
  window: 'M3 5h18v14H3zM3 9.5h18M6 7.3h.1',
  keep: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  erase: 'M5 7h14M9 7V4.5h6V7M7 7l.8 13h8.4L17 7',
  pin: 'M4 7h16v10H4zM8 12v.1M12 12v.1M16 12v.1',
  clock: 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM12 7.5V12l3 2',
  offline: 'M2.5 9.5C5 7.2 8.3 6 12 6s7 1.2 9.5 3.5M6 13.5c3.4-3 8.6-3 12 0M12 18.3v.1M4 3.5l16 17',
  globe:
    'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM3.5 12h17M12 3.5c3.3 3.2 3.3 13.8 0 17-3.3-3.2-3.3-13.8 0-17z',
} as const satisfies Record<string, string>

export type IconName = keyof typeof strokes

export const icon = (name: IconName): SVGSVGElement => drawIcon(strokes[name])

/** Decoration: hidden from screen readers, drawn in the colour of the text around it. */
export function drawIcon(path: string): SVGSVGElement {
  const attributes = { class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false' }
  return svgElement('svg', attributes, svgElement('path', { d: path }))
}
