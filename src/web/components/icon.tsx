/** Outlines on a grid of 16, drawn with the text's colour. */
const paths = {
  overview: 'M2 13V8m4 5V3m4 10V6m4 7V9',
  catalogue: 'M3 3h10M3 6.5h10M3 10h6M3 13.5h8',
  explore: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.6-1.4L14 14',
  tail: 'M2 4h12M2 8h8M2 12h5m5-2v4m0 0-2-2m2 2 2-2',
  stats: 'M2 14h12M3 11l3.5-4 3 2.5L14 4',
  admin:
    'M8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4Zm0-8v2m0 8v2M2 8h2m8 0h2M3.8 3.8l1.4 1.4m5.6 5.6 1.4 1.4m0-8.4-1.4 1.4m-5.6 5.6-1.4 1.4',
  api: 'm5.5 4.5-4 3.5 4 3.5m5-7 4 3.5-4 3.5',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Zm0-9.5V8l2.5 1.5',
  sun: 'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6Zm0-10v1.5m0 11V15M1 8h1.5m11 0H15M3 3l1 1m8 8 1 1m0-10-1 1m-8 8-1 1',
  moon: 'M13.5 9.8A6 6 0 0 1 6.2 2.5a6 6 0 1 0 7.3 7.3Z',
  system: 'M2 3h12v8H2zM6 14h4M8 11v3',
  close: 'm4 4 8 8m0-8-8 8',
  chevron: 'm6 4 4 4-4 4',
  down: 'm4 6 4 4 4-4',
  up: 'm4 10 4-4 4 4',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  copy: 'M6 6h7v8H6zM10 6V2H3v8h3',
  check: 'm3 8.5 3.5 3.5L13 4.5',
  download: 'M8 2v8m0 0L5 7m3 3 3-3M3 13.5h10',
  columns: 'M2 3h12v10H2zM6 3v10m4-10v10',
  refresh: 'M13 8a5 5 0 1 1-1.5-3.5M13 2v3h-3',
  help: 'M6 6a2 2 0 1 1 2.7 1.9c-.5.2-.7.5-.7 1.1m0 2.5v.1',
  star: 'm8 2 1.8 3.9 4.2.5-3.1 2.9.8 4.2L8 11.4l-3.7 2.1.8-4.2L2 6.4l4.2-.5L8 2Z',
  warning: 'M8 2.5 1.8 13.5h12.4L8 2.5Zm0 4v3.3m0 1.9v.1',
  zoomOut: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.6-1.4L14 14M5 7h4',
  user: 'M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6Zm-5.5 6a5.5 5.5 0 0 1 11 0',
  filter: 'M2 3h12L9.5 8.5V13l-3-1.5v-3L2 3Z',
} as const

export type IconName = keyof typeof paths

/** A picture beside a text; it says nothing by itself. */
export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width={size} height={size} aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  )
}
