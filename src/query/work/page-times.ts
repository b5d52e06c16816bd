import type { DamagedPage } from '../../book/contract.ts'
import type { Summary } from '../../page/contract.ts'

/** Pages of one group: a plan looks at groups before it looks at their pages. */
export const groupPages = 256

const minuteMs = 60_000
/** How far from its minute a damaged page may have held events, for all that can still be known. */
const damagedReachMs = 86_400_000

/**
 * The times of every page, so that a plan over years of minutes reads no summaries: 20 bytes a page. Pages are
 * added in the order of their minutes; the oldest leave when they are dropped.
 */
export class PageTimes {
  #minutes = new Uint32Array(groupPages)
  #minMs = new Float64Array(groupPages)
  #maxMs = new Float64Array(groupPages)
  /** By group; may be wider than what is left of it. */
  readonly #groupMinMs: number[] = []
  readonly #groupMaxMs: number[] = []
  readonly #damaged = new Map<number, DamagedPage>()
  #from = 0
  #to = 0

  /** The first page that has not been dropped. */
  get from(): number {
    return this.#from
  }

  get to(): number {
    return this.#to
  }

  get lastMinute(): number {
    return this.#to === 0 ? -1 : this.minuteOf(this.#to - 1)
  }

  minuteOf(page: number): number {
    return this.#minutes[page] ?? 0
  }

  minMsOf(page: number): number {
    return this.#minMs[page] ?? 0
  }

  maxMsOf(page: number): number {
    return this.#maxMs[page] ?? 0
  }

  groupMinMs(group: number): number {
    return this.#groupMinMs[group] ?? 0
  }

  groupMaxMs(group: number): number {
    return this.#groupMaxMs[group] ?? 0
  }

  /** What is wrong with the page of a minute; null: nothing that is known. */
  damageOf(minute: number): DamagedPage | null {
    return this.#damaged.get(minute) ?? null
  }

  add(summary: Summary): void {
    this.#add(summary.minute, summary.timestampMinMs, summary.timestampMaxMs)
  }

  /** A page whose summary cannot be read counts as one of the days around it. */
  addDamaged(damage: DamagedPage): void {
    const ms = damage.minute * minuteMs
    this.#damaged.set(damage.minute, damage)
    this.#add(damage.minute, ms - damagedReachMs, ms + damagedReachMs)
  }

  dropBefore(minute: number): void {
    while (this.#from < this.#to && this.minuteOf(this.#from) < minute) this.#from++
  }

  /** The end of the pages up to a minute. */
  endOf(through: number): number {
    let low = this.#from
    let high = this.#to
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.minuteOf(middle) <= through) low = middle + 1
      else high = middle
    }
    return low
  }

  #add(minute: number, minMs: number, maxMs: number): void {
    const page = this.#to
    if (page === this.#minutes.length) this.#grow()
    this.#minutes[page] = minute
    this.#minMs[page] = minMs
    this.#maxMs[page] = maxMs
    this.#to++
    const group = Math.floor(page / groupPages)
    this.#groupMinMs[group] = Math.min(this.#groupMinMs[group] ?? Infinity, minMs)
    this.#groupMaxMs[group] = Math.max(this.#groupMaxMs[group] ?? -Infinity, maxMs)
  }

  #grow(): void {
    const length = this.#minutes.length * 2
    const minutes = new Uint32Array(length)
    const minMs = new Float64Array(length)
    const maxMs = new Float64Array(length)
    minutes.set(this.#minutes)
    minMs.set(this.#minMs)
    maxMs.set(this.#maxMs)
    this.#minutes = minutes
    this.#minMs = minMs
    this.#maxMs = maxMs
  }
}

/** The times of the pages that these are the summaries of. */
export function pageTimesOf(summaries: Iterable<Summary>): PageTimes {
  const times = new PageTimes()
  for (const summary of summaries) times.add(summary)
  return times
}
