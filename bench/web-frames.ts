import type { Browser, Page } from 'playwright-core'

export interface Scroll {
  /** What scrolls. */
  readonly selector: string
  /** How far. */
  readonly px: number
  readonly seconds: number
}

export interface Frames {
  readonly framesPerSecond: number
  readonly droppedFramesPercent: number
}

/** Scrolls as a finger does, by the browser's own gesture, and gives the trace of it. */
export async function scrollTraced(browser: Browser, page: Page, scroll: Scroll): Promise<Buffer> {
  const session = await page.context().newCDPSession(page)
  const box = await page.locator(scroll.selector).boundingBox()
  if (box === null) throw new Error(`${scroll.selector} is not in sight`)
  const categories = ['benchmark', 'disabled-by-default-devtools.timeline.frame']
  await browser.startTracing(page, { categories })
  await session.send('Input.synthesizeScrollGesture', {
    x: box.x + box.width / 2,
    y: box.y + box.height / 2,
    yDistance: -scroll.px,
    speed: Math.round(scroll.px / scroll.seconds),
    gestureSourceType: 'mouse',
  })
  return browser.stopTracing()
}

interface TraceEvent {
  readonly name: string
  readonly pid: number
  /** Microseconds. */
  readonly ts: number
  readonly args?: {
    readonly frame_reporter?: {
      readonly state?: string
      readonly scroll_state?: string
      readonly frame_sequence?: number
    }
  }
}

/** Frames that the page showed from the first that scrolled to the last, and those that came too late to be shown. */
export function framesOf(trace: Buffer): Frames {
  // The format of the browser's trace (trace event format of Catapult): each step of a frame is reported.
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] }
  const steps = traceEvents.filter(({ name, args }) => {
    const state = args?.frame_reporter?.scroll_state ?? 'SCROLL_NONE'
    // A page that stands still, before the gesture and after it, draws nothing.
    return name === 'PipelineReporter' && state !== 'SCROLL_NONE'
  })
  // The browser's own process reports its frames too; the page's process has the scroller's.
  const processes = Map.groupBy(steps, ({ pid }) => pid)
  const counted = [...processes.values()].map((own) => countFrames(own))
  return counted.toSorted((a, b) => b.framesPerSecond - a.framesPerSecond)[0] ?? noFrames
}

const noFrames: Frames = { framesPerSecond: 0, droppedFramesPercent: 0 }

/** A frame may be shown without what the page's script has changed, and again with it: it counts once. */
function countFrames(steps: readonly TraceEvent[]): Frames {
  const frames = Map.groupBy(steps, ({ args }) => args?.frame_reporter?.frame_sequence ?? 0)
  let shown = 0
  let dropped = 0
  for (const frame of frames.values()) {
    const states = frame.map(({ args }) => args?.frame_reporter?.state ?? '')
    if (states.some((state) => state.startsWith('STATE_PRESENTED'))) shown++
    else if (states.includes('STATE_DROPPED')) dropped++
  }
  const times = steps.map(({ ts }) => ts)
  const seconds = (Math.max(...times) - Math.min(...times)) / 1e6
  return {
    framesPerSecond: shown / seconds,
    droppedFramesPercent: (100 * dropped) / Math.max(1, dropped + shown),
  }
}
