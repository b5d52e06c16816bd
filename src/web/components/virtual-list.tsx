import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'

export interface VirtualListProps {
  /** For screen readers. */
  readonly label: string
  readonly count: number
  /** Of every row but the open one, px. */
  readonly rowHeight: number
  /** A row, `rowHeight` tall. Called for those in sight only. */
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
}

/** Rows above and below those in sight that are there already. */
const spareRows = 12

/** A list of any length: only rows in sight are in the document. It scrolls by itself and fills its parent. */
export function VirtualList(props: VirtualListProps) {
  const { label, count, rowHeight, row, open = null, activeIndex = null, onReach } = props
  const scroller = useRef<HTMLDivElement>(null)
  const detail = useRef<HTMLDivElement>(null)
  const [view, setView] = useState({ top: 0, height: 600 })
  const [openHeight, setOpenHeight] = useState(0)
  useEffect(() => {
    const element = scroller.current
    if (element === null) return undefined
    const look = (): void => setView({ top: element.scrollTop, height: element.clientHeight })
    const resized = new ResizeObserver(look)
    resized.observe(element)
    element.addEventListener('scroll', look, { passive: true })
    return () => {
      resized.disconnect()
      element.removeEventListener('scroll', look)
    }
  }, [])
  useLayoutEffect(() => {
    const element = detail.current
    if (element === null) return undefined
    const measure = (): void => setOpenHeight(element.offsetHeight)
    measure()
    const resized = new ResizeObserver(measure)
    resized.observe(element)
    return () => resized.disconnect()
  }, [open?.index])
  useEffect(() => {
    if (activeIndex !== null) bringIntoSight(scroller.current, activeIndex * rowHeight, rowHeight)
  }, [activeIndex, rowHeight])

  const extra = open === null ? 0 : openHeight
  const topOf = (index: number): number =>
    index * rowHeight + (open !== null && index > open.index ? extra : 0)
  const first = Math.max(0, Math.floor((view.top - extra) / rowHeight) - spareRows)
  const last = Math.min(count - 1, Math.ceil((view.top + view.height) / rowHeight) + spareRows)
  useEffect(() => onReach?.(last), [last, count])
  const shown: ComponentChildren[] = []
  for (let index = first; index <= last; index++) {
    shown.push(
      <div
        key={index}
        class="virtual-row"
        style={{ transform: `translateY(${topOf(index)}px)`, height: `${rowHeight}px` }}
      >
        {row(index)}
      </div>,
    )
  }
  return (
    <div class="virtual" ref={scroller} role="region" aria-label={label} tabIndex={0}>
      {props.header}
      <div class="virtual-body" style={{ height: `${count * rowHeight + extra}px` }}>
        {shown}
        {open === null ? null : (
          <div
            ref={detail}
            class="virtual-open"
            style={{ transform: `translateY(${topOf(open.index) + rowHeight}px)` }}
          >
            {open.content}
          </div>
        )}
      </div>
      {props.footer}
    </div>
  )
}

function bringIntoSight(element: HTMLElement | null, top: number, height: number): void {
  if (element === null) return
  // The header covers the first row's height of what is scrolled.
  if (top < element.scrollTop) element.scrollTop = top
  else if (top + 2 * height > element.scrollTop + element.clientHeight) {
    element.scrollTop = top + 2 * height - element.clientHeight
  }
}
