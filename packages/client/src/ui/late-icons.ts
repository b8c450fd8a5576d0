import { drawIcon, type IconName, icon } from './icons.ts'

/** Only in views that are fetched later. Strokes on a 24 x 24 grid. */
const strokes = {
  arrow: 'M5 12h14M13 6l6 6-6 6',
  swap: 'M4.5 11a7.7 7.7 0 0 1 13.7-3.7L20 9.5M20 4.5v5h-5M19.5 13a7.7 7.7 0 0 1-13.7 3.7L4 14.5M4 19.5v-5h5',
  shade: 'M7 18.5h10a4 4 0 0 0 .5-8 5.6 5.6 0 0 0-10.8 1A3.6 3.6 0 0 0 7 18.5z',
  glasses:
    'M7 17a3.6 3.6 0 1 0 0-7.2A3.6 3.6 0 0 0 7 17zM17 17a3.6 3.6 0 1 0 0-7.2 3.6 3.6 0 0 0 0 7.2zM10.4 12.4c1-.7 2.2-.7 3.2 0M3.6 12 5.4 7M20.4 12l-1.8-5',
  mask: 'M4 9.5c3-.3 5.5-2 8-2s5 1.7 8 2v4.5c0 3.5-4 5.5-8 5.5s-8-2-8-5.5zM8.5 12h7M8.5 15h7',
  'eye-closed': 'M2.5 10c2 3.4 5.3 5.5 9.5 5.5s7.5-2.1 9.5-5.5M5.5 13.7 4 16M18.5 13.7 20 16M12 15.5v3',
  closer: 'M14 10l6-6M14.5 4H20v5.5M10 14l-6 6M4 14.5V20h5.5',
  back: 'M20 4l-6 6M14 4.5V10h5.5M4 20l6-6M4.5 14H10v5.5',
  key: 'M9 15.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM13 11.5h8M18 11.5v3M21 11.5v2',
  delete: 'M8.5 5.5h12v13h-12L3 12zM12 9.5l5 5M17 9.5l-5 5',
} as const satisfies Record<string, string>

export type LateIconName = IconName | keyof typeof strokes

export const lateIcon = (name: LateIconName): SVGSVGElement =>
  name in strokes ? drawIcon(strokes[name as keyof typeof strokes]) : icon(name as IconName)
