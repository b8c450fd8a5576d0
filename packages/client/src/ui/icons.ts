import { svgElement } from './dom.ts'

/** Strokes on a 24 x 24 grid. */
const strokes = {
  arrow: 'M5 12h14M13 6l6 6-6 6',
  check: 'M5 12.5 10 17.5 19.5 7',
  alert: 'M12 4.5v9.5M12 19v.3',
  retry: 'M19 12a7 7 0 1 1-2.1-5M19 3.5v4h-4',
  swap: 'M4.5 11a7.7 7.7 0 0 1 13.7-3.7L20 9.5M20 4.5v5h-5M19.5 13a7.7 7.7 0 0 1-13.7 3.7L4 14.5M4 19.5v-5h5',
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
  shade: 'M7 18.5h10a4 4 0 0 0 .5-8 5.6 5.6 0 0 0-10.8 1A3.6 3.6 0 0 0 7 18.5z',
  glasses:
    'M7 17a3.6 3.6 0 1 0 0-7.2A3.6 3.6 0 0 0 7 17zM17 17a3.6 3.6 0 1 0 0-7.2 3.6 3.6 0 0 0 0 7.2zM10.4 12.4c1-.7 2.2-.7 3.2 0M3.6 12 5.4 7M20.4 12l-1.8-5',
  mask: 'M4 9.5c3-.3 5.5-2 8-2s5 1.7 8 2v4.5c0 3.5-4 5.5-8 5.5s-8-2-8-5.5zM8.5 12h7M8.5 15h7',
  eye: 'M2.5 12S6 5.5 12 5.5s9.5 6.5 9.5 6.5-3.5 6.5-9.5 6.5S2.5 12 2.5 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z',
  'eye-closed': 'M2.5 10c2 3.4 5.3 5.5 9.5 5.5s7.5-2.1 9.5-5.5M5.5 13.7 4 16M18.5 13.7 20 16M12 15.5v3',
  closer: 'M14 10l6-6M14.5 4H20v5.5M10 14l-6 6M4 14.5V20h5.5',
  back: 'M20 4l-6 6M14 4.5V10h5.5M4 20l6-6M4.5 14H10v5.5',
  device: 'M7 3h10v18H7zM11 18h2',
  window: 'M3 5h18v14H3zM3 9.5h18M6 7.3h.1',
  keep: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  erase: 'M5 7h14M9 7V4.5h6V7M7 7l.8 13h8.4L17 7',
  pin: 'M4 7h16v10H4zM8 12v.1M12 12v.1M16 12v.1',
  delete: 'M8.5 5.5h12v13h-12L3 12zM12 9.5l5 5M17 9.5l-5 5',
  clock: 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM12 7.5V12l3 2',
  offline: 'M2.5 9.5C5 7.2 8.3 6 12 6s7 1.2 9.5 3.5M6 13.5c3.4-3 8.6-3 12 0M12 18.3v.1M4 3.5l16 17',
  globe:
    'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM3.5 12h17M12 3.5c3.3 3.2 3.3 13.8 0 17-3.3-3.2-3.3-13.8 0-17z',
} as const satisfies Record<string, string>

export type IconName = keyof typeof strokes

/** Decoration: hidden from screen readers, drawn in the colour of the text around it. */
export function icon(name: IconName): SVGSVGElement {
  const attributes = { class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false' }
  return svgElement('svg', attributes, svgElement('path', { d: strokes[name] }))
}
