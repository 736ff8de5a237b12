/** Icons on a 16 px grid, drawn with the text's colour. They are decoration: words say the same. */
import type { SVGProps } from 'react'

const PATHS = {
  runs: 'M2 4h12M2 8h12M2 12h12',
  metrics: 'M2 13V3M2 13h12M4 10l3-4 3 2 4-5',
  index:
    'M8 2c3.3 0 6 .9 6 2s-2.7 2-6 2-6-.9-6-2 2.7-2 6-2zM2 4v8c0 1.100 2.700 2 6 2s6-.9 6-2V4M2 8c0 1.100 2.700 2 6 2s6-.9 6-2',
  settings: 'M3 4h4M11 4h2M9 2.500v3M3 8h1M8 8h5M6 6.500v3M3 12h6M13 12h0M11 10.500v3',
  plus: 'M8 3v10M3 8h10',
  close: 'M4 4l8 8M12 4l-8 8',
  check: 'M3 8.500l3.500 3.500L13 5',
  lock: 'M4 7h8v6.500H4zM5.500 7V5a2.500 2.500 0 0 1 5 0v2',
  eye: 'M1.500 8S4 3.500 8 3.500 14.500 8 14.500 8 12 12.500 8 12.500 1.500 8 1.500 8zM8 6a2 2 0 1 1 0 4 2 2 0 0 1 0-4z',
  eyeOff:
    'M2.500 2.500l11 11M6.200 3.700A7 7 0 0 1 8 3.500c4 0 6.500 4.500 6.500 4.500a11 11 0 0 1-2 2.500M4 4.800A11 11 0 0 0 1.500 8S4 12.500 8 12.500a7 7 0 0 0 3-.7',
  live: 'M8 6.500a1.500 1.500 0 1 1 0 3 1.500 1.500 0 0 1 0-3M4.500 4.500a5 5 0 0 0 0 7M11.500 4.500a5 5 0 0 1 0 7',
  stalled: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM6.500 5.500v5M9.500 5.500v5',
  broken: 'M8 2l6.500 11.500h-13zM8 6.500v3M8 11.200v.6',
  finished: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM5.500 8.200l1.800 1.800 3.200-3.700',
  up: 'M8 13V3M4 7l4-4 4 4',
  down: 'M8 3v10M4 9l4 4 4-4',
  right: 'M6 3l5 5-5 5',
  left: 'M10 3L5 8l5 5',
  columns: 'M2 3h12v10H2zM6 3v10M10 3v10',
  export: 'M8 10V2M5 5l3-3 3 3M3 9v4.500h10V9',
  copy: 'M5.500 5.500h8v8h-8zM10.500 5.500v-3h-8v8h3',
  search: 'M7 2.500a4.500 4.500 0 1 1 0 9 4.500 4.500 0 0 1 0-9zM10.500 10.500L14 14',
  folder: 'M1.500 4V12.500h13V5H8L6.500 3.500h-5z',
  table: 'M2 3h12v10H2zM2 6.500h12M2 10h12',
  split: 'M2 3h12v10H2zM2 8h12',
  charts: 'M2 3h12v10H2zM4 10.500l2.500-3 2 1.500L12 5.500',
  tag: 'M2 2.500h5.500L14 9l-5 5-7-7zM5 5.500h.01',
  pin: 'M6 2h4l-.5 5L12 9.500H4L6.500 7zM8 9.500V14',
  more: 'M3.500 8h.01M8 8h.01M12.500 8h.01',
  refresh: 'M13 8a5 5 0 1 1-1.500-3.500M13 2v3h-3',
  pause: 'M5.500 3v10M10.500 3v10',
  play: 'M4.500 2.500v11L13 8z',
  compare: 'M2 3h5v10H2zM9 3h5v10H9zM4 6h1M4 8.500h1M11 6h1M11 8.500h1',
  sidebar: 'M2 3h12v10H2zM5.500 3v10',
  tune: 'M2 5h7M12.500 5H14M2 11h2M7.500 11H14M9 3.300h3.500v3.400H9zM4 9.300h3.500v3.400H4z',
  expand: 'M9.500 2.500h4v4M6.500 13.500h-4v-4M13.500 2.500L9 7M2.500 13.500L7 9',
  back: 'M7 3L2 8l5 5M2 8h12',
  bookmark: 'M4 2.500h8v11L8 10.500 4 13.500z',
} as const

export type IconName = keyof typeof PATHS

export function Icon({ name, size = 16, ...rest }: { name: IconName; size?: number } & SVGProps<SVGSVGElement>) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.3}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
      {...rest}
    >
      <path d={PATHS[name]} />
    </svg>
  )
}
