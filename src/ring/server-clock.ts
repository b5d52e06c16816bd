/*
 * The clock that pages run on. It never steps back:
 *
 *   wall clock ahead of the last answer    follow it
 *   behind by at most `holdMs`             stand still until it has caught up: the minute is held open
 *   behind by more                         go on by the monotonic clock until the wall has caught up
 */

/** Where time comes from: the process's clocks, or a test's. */
export interface TimeSource {
  /** Milliseconds since the epoch; may step. */
  wallMs(): number
  /** Milliseconds from any fixed point; never steps. */
  monotonicMs(): number
}

export const systemTime: TimeSource = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
}

/** A step back of the wall clock up to this holds the minute open. */
export const holdMs = 60_000
/** Wall and monotonic clock disagreeing by more than this between two looks is reported as a step. */
export const stepReportedMs = 1_000

export interface ClockStep {
  readonly byMs: number
  readonly atMs: number
}

export class ServerClock {
  readonly #source: TimeSource
  #lastMs: number
  #seenWallMs: number
  #seenMonotonicMs: number
  /** Server time and monotonic time at which the wall clock was last of use; null: it is of use. */
  #detached: { readonly serverMs: number; readonly monotonicMs: number } | null = null
  #lastForwardJumpMs = Number.NEGATIVE_INFINITY
  #steps = 0
  onStep: ((step: ClockStep) => void) | null = null

  /** `floorMs`: the later of the end of closed through and the last journaled `received`. */
  constructor(source: TimeSource, floorMs: number) {
    this.#source = source
    this.#seenWallMs = source.wallMs()
    this.#seenMonotonicMs = source.monotonicMs()
    this.#lastMs = floorMs
  }

  /** Whole milliseconds since the epoch, never less than before. */
  now(): number {
    const wallMs = Math.floor(this.#source.wallMs())
    this.#lookForStep(wallMs)
    const behindMs = this.#lastMs - wallMs
    if (behindMs <= 0) {
      this.#detached = null
      this.#lastMs = wallMs
    } else if (behindMs > holdMs || this.#detached !== null) {
      this.#lastMs = this.#byMonotonic()
    }
    return this.#lastMs
  }

  get steps(): number {
    return this.#steps
  }

  /** Whether server time runs ahead of the wall clock at the moment. */
  get aheadMs(): number {
    return Math.max(0, this.#lastMs - this.#source.wallMs())
  }

  /** Server time of the last forward jump of the wall clock, or -Infinity. */
  get lastForwardJumpMs(): number {
    return this.#lastForwardJumpMs
  }

  #byMonotonic(): number {
    const monotonicMs = this.#source.monotonicMs()
    this.#detached ??= { serverMs: this.#lastMs, monotonicMs }
    const elapsedMs = Math.floor(monotonicMs - this.#detached.monotonicMs)
    return Math.max(this.#lastMs, this.#detached.serverMs + elapsedMs)
  }

  #lookForStep(wallMs: number): void {
    const monotonicMs = this.#source.monotonicMs()
    const byMs = wallMs - this.#seenWallMs - (monotonicMs - this.#seenMonotonicMs)
    this.#seenWallMs = wallMs
    this.#seenMonotonicMs = monotonicMs
    if (Math.abs(byMs) < stepReportedMs) return
    this.#steps++
    if (byMs > holdMs) this.#lastForwardJumpMs = Math.max(wallMs, this.#lastMs)
    this.onStep?.({ byMs: Math.round(byMs), atMs: this.#lastMs })
  }
}
