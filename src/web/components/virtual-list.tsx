import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { useHeight, useWindow } from './virtual-window.ts'

export interface VirtualListProps {
  /** For screen readers. */
  readonly label: string
  readonly count: number
  /** Of every row but the open one, px. */
  readonly rowHeight: number
  /** A row, `rowHeight` tall. Called for those in sight only, and again only when it is another function. */
  row(index: number): ComponentChildren
  /** What the open row shows below itself, as tall as it likes; null: none is open. */
  readonly open?: { readonly index: number; readonly content: ComponentChildren } | null
  /** Brought into sight when it changes; null: none. */
  readonly activeIndex?: number | null
  /** Called with the last row in sight, for loading more. */
  onReach?(lastIndex: number): void
  /** Above the rows, always in sight. */
  readonly header?: ComponentChildren
  /** Below the rows. */
  readonly footer?: ComponentChildren
  /** Above the lower edge, whatever is in sight; null: nothing. */
  readonly note?: string | null
}

/** Rows above and below those in sight that are there already. */
const spareRows = 20

/** A list of any length: only rows in sight are in the document. It scrolls by itself and fills its parent. */
export function VirtualList(props: VirtualListProps) {
  const { label, count, rowHeight, open = null, activeIndex = null, onReach } = props
  const scroller = useRef<HTMLDivElement>(null)
  const detail = useRef<HTMLDivElement>(null)
  const view = useWindow(scroller, rowHeight)
  const openHeight = useHeight(detail, open?.index ?? null)
  useEffect(() => {
    if (activeIndex !== null) bringIntoSight(scroller.current, activeIndex * rowHeight, rowHeight)
  }, [activeIndex, rowHeight])
  const extra = open === null ? 0 : openHeight
  const first = Math.max(0, Math.floor((view.top - extra) / rowHeight) - spareRows)
  const last = Math.min(count - 1, Math.ceil((view.top + view.height) / rowHeight) + spareRows)
  useEffect(() => onReach?.(last), [last, count, onReach])
  const shown = useRows(props, { first, last, extra })
  return (
    <div class="virtual" ref={scroller} role="region" aria-label={label} tabIndex={0}>
      {props.header}
      <div class="virtual-body" style={{ height: `${count * rowHeight + extra}px` }}>
        {shown}
        {open === null ? null : (
          <div
            ref={detail}
            class="virtual-open"
            style={{ transform: `translateY(${(open.index + 1) * rowHeight}px)` }}
          >
            {open.content}
          </div>
        )}
      </div>
      {props.footer}
      <p class="virtual-note" role="status">
        {props.note ?? ''}
      </p>
    </div>
  )
}

interface Shown {
  readonly first: number
  readonly last: number
  /** What the open row adds to the height. */
  readonly extra: number
}

/** The rows of a window. Those that were there before are the same objects, which are passed over when drawing. */
function useRows(
  { row, rowHeight, open = null }: VirtualListProps,
  shown: Shown,
): ComponentChildren[] {
  const { first, last, extra } = shown
  const openIndex = open?.index ?? Number.MAX_SAFE_INTEGER
  const made = useRef({ row, openIndex, extra, rows: new Map<number, ComponentChildren>() })
  const before = made.current
  if (before.row !== row || before.openIndex !== openIndex || before.extra !== extra) {
    made.current = { row, openIndex, extra, rows: new Map() }
  }
  const { rows } = made.current
  for (const index of rows.keys()) if (index < first || index > last) rows.delete(index)
  const list: ComponentChildren[] = []
  for (let index = first; index <= last; index++) {
    const top = index * rowHeight + (index > openIndex ? extra : 0)
    const style = { transform: `translateY(${top}px)`, height: `${rowHeight}px` }
    // Fast path: known already.
    const made = rows.get(index) ?? (
      <div key={index} class="virtual-row" style={style}>
        {row(index)}
      </div>
    )
    rows.set(index, made)
    list.push(made)
  }
  return list
}

function bringIntoSight(element: HTMLElement | null, top: number, height: number): void {
  if (element === null) return
  // The header covers the first row's height of what is scrolled.
  if (top < element.scrollTop) element.scrollTop = top
  else if (top + 2 * height > element.scrollTop + element.clientHeight) {
    element.scrollTop = top + 2 * height - element.clientHeight
  }
}
