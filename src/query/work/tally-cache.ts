import type { BookState } from '../../book/contract.ts'
import type { Tally } from '../../page/contract.ts'
import { pairCountOf } from '../../page/tally.ts'
import type { PageSource } from '../page-source.ts'

const unitMinutes = { minute: 1, hour: 60, day: 1440 } as const

/** What decoded tallies take of the heap, a little more than measured: an empty one, each pair, each cell. */
const tallyBytes = 400
const pairBytes = 260
const cellBytes = 290
/** A minute known to have no page. */
const nothingBytes = 120

interface Held {
  readonly tally: Tally | null
  readonly bytes: number
}

/**
 * Decoded tallies of pages, hours and days, the least recently used forgotten beyond `bytesMax`. What is
 * closed does not change, so an entry is true until a drop or a redaction: then all entries are forgotten.
 * Tallies are shared by the jobs of a thread, and nobody may change one.
 */
export class TallyCache {
  readonly #bytesMax: number
  readonly #held = new Map<string, Held>()
  #bytes = 0
  #droppedBefore = -1
  #redactions = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  get bytes(): number {
    return this.#bytes
  }

  /** The tally of a page, null without one. Throws DamagedPage. */
  tally(source: PageSource, minute: number): Tally | null {
    return this.#get(source, 'minute', minute, () => source.reader.tally(minute))
  }

  /**
   * What the pages of an hour or a day sum up to, `start` its first minute; null without events. Kept
   * only if every minute of it is closed and not dropped. Throws DamagedPage.
   */
  rollup(source: PageSource, unit: 'hour' | 'day', start: number): Tally | null {
    return this.#get(source, unit, start, () => source.reader.rollup(unit, start))
  }

  clear(): void {
    this.#held.clear()
    this.#bytes = 0
  }

  #get(
    source: PageSource,
    unit: keyof typeof unitMinutes,
    start: number,
    read: () => Tally | null,
  ): Tally | null {
    const state = source.reader.state()
    this.#follow(state)
    const key = `${unit} ${start}`
    const known = this.#held.get(key)
    if (known !== undefined) {
      this.#held.delete(key)
      this.#held.set(key, known)
      return known.tally
    }
    const tally = read()
    if (isFinal(state, start, unitMinutes[unit])) this.#hold(key, tally)
    return tally
  }

  #follow({ droppedBefore, redactions }: BookState): void {
    const before = droppedBefore ?? 0
    if (before === this.#droppedBefore && redactions === this.#redactions) return
    this.clear()
    this.#droppedBefore = before
    this.#redactions = redactions
  }

  #hold(key: string, tally: Tally | null): void {
    const bytes = tally === null ? nothingBytes : bytesOf(tally)
    if (bytes > this.#bytesMax) return
    this.#held.set(key, { tally, bytes })
    this.#bytes += bytes
    for (const [oldest, each] of this.#held) {
      if (this.#bytes <= this.#bytesMax) return
      this.#held.delete(oldest)
      this.#bytes -= each.bytes
    }
  }
}

function isFinal(state: BookState, start: number, minutes: number): boolean {
  return start >= (state.droppedBefore ?? 0) && start + minutes - 1 <= (state.closedThrough ?? -1)
}

function bytesOf(tally: Tally): number {
  return tallyBytes + pairCountOf(tally) * pairBytes + tally.cells * cellBytes
}
