import type { RefObject } from 'preact'
import { useEffect, useLayoutEffect, useState } from 'preact/hooks'

/** What of a list is in sight, px. */
export interface Window {
  readonly top: number
  readonly height: number
}

/** The window moves by so many rows: most frames of a scroll have nothing to do. */
const stepRows = 8

/** The part of an element that is scrolled into sight, in steps of some rows. */
export function useWindow(scroller: RefObject<HTMLElement | null>, rowHeight: number): Window {
  const [view, setView] = useState<Window>({ top: 0, height: 600 })
  useEffect(() => {
    const element = scroller.current
    if (element === null) return undefined
    const look = (): void => {
      const stepPx = stepRows * rowHeight
      const top = Math.floor(element.scrollTop / stepPx) * stepPx
      const height = element.clientHeight + stepPx
      setView((before) =>
        before.top === top && before.height === height ? before : { top, height },
      )
    }
    const resized = new ResizeObserver(look)
    resized.observe(element)
    element.addEventListener('scroll', look, { passive: true })
    return () => {
      resized.disconnect()
      element.removeEventListener('scroll', look)
    }
  }, [scroller, rowHeight])
  return view
}

/** The height of an element, px; another `key` is another element. */
export function useHeight(measured: RefObject<HTMLElement | null>, key: number | null): number {
  const [height, setHeight] = useState(0)
  useLayoutEffect(() => {
    const element = measured.current
    if (element === null) return undefined
    const measure = (): void => setHeight(element.offsetHeight)
    measure()
    const resized = new ResizeObserver(measure)
    resized.observe(element)
    return () => resized.disconnect()
  }, [measured, key])
  return height
}
