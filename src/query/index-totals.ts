import { type BookState, DamagedPage } from '../book/contract.ts'
import { matchesFacility } from '../event/facility-pattern.ts'
import type { Tally } from '../page/contract.ts'
import type { IndexAnswer } from './contract.ts'
import type { PageSource } from './page-source.ts'

const dayMinutes = 1440

/** What is counted of one day up to a minute. */
interface DayTotals {
  /** The minutes counted, both ends included. */
  readonly from: number
  through: number
  events: number
  pages: number
  bytes: number
  readonly levels: number[]
  /** Rows by level of each. */
  readonly facilities: Map<string, number[]>
}

/**
 * Totals over the whole book for the index. Closed minutes change by redactions alone, so a day is counted once (from
 * its roll-ups where the book has them), and the newest day goes on from where it was left.
 */
export class IndexTotals {
  readonly #source: PageSource
  readonly #days = new Map<number, DayTotals>()
  #redactions = 0

  constructor(source: PageSource) {
    this.#source = source
  }

  /** With patterns of facilities, as if there were no others. */
  through(state: BookState, readable?: readonly string[]): Totals {
    const { closedThrough, redactions } = state
    if (redactions !== this.#redactions) this.#days.clear()
    this.#redactions = redactions
    if (closedThrough !== null && state.firstMinute !== null) {
      const from = Math.max(state.firstMinute, state.droppedBefore ?? 0)
      this.#bringUpTo(from, closedThrough)
    }
    const whole = this.#sum()
    return readable === undefined ? whole : this.#sumOf(readable)
  }

  #bringUpTo(from: number, through: number): void {
    for (const [start, day] of this.#days) {
      // Pages have been dropped inside this day, or all of it.
      if (from > day.from) this.#days.delete(start)
    }
    const firstDay = Math.floor(from / dayMinutes) * dayMinutes
    for (let start = firstDay; start <= through; start += dayMinutes) {
      const first = Math.max(from, start)
      const last = Math.min(through, start + dayMinutes - 1)
      const day = this.#days.get(start) ?? newDay(first)
      this.#days.set(start, day)
      if (day.through < last) this.#count(day, day.through + 1, last)
    }
  }

  #count(day: DayTotals, from: number, through: number): void {
    const range = { from, through, limit: dayMinutes, order: 'asc' } as const
    for (const summary of this.#source.reader.summaries(range)) {
      day.pages++
      day.events += summary.eventCount
      day.bytes += summary.bytes
      for (let level = 0; level < 8; level++) {
        day.levels[level] = (day.levels[level] ?? 0) + (summary.levels[level] ?? 0)
      }
    }
    this.#countFacilities(day, from, through, 'day')
    day.through = through
  }

  /** By the largest roll-ups that lie wholly inside the range, by single minutes otherwise. */
  #countFacilities(day: DayTotals, from: number, through: number, unit: Unit): void {
    const size = unitMinutes[unit]
    const reader = this.#source.reader
    for (let at = Math.floor(from / size) * size; at <= through; at += size) {
      const first = Math.max(at, from)
      const last = Math.min(at + size - 1, through)
      const isWhole = first === at && last === at + size - 1
      const [any] = reader.summaries({ from: first, through: last, limit: 1, order: 'asc' })
      if (any === undefined) continue
      const tally = isWhole ? this.#tallyOf(unit, at) : null
      if (tally !== null) addFacilities(day.facilities, tally)
      else if (unit !== 'minute') {
        this.#countFacilities(day, first, last, unit === 'day' ? 'hour' : 'minute')
      }
    }
  }

  /** Null also where a damaged page makes the counts incomplete: the parts are counted without it. */
  #tallyOf(unit: Unit, start: number): Tally | null {
    const reader = this.#source.reader
    try {
      return unit === 'minute' ? reader.tally(start) : reader.rollup(unit, start)
    } catch (error) {
      if (error instanceof DamagedPage) return null
      throw error
    }
  }

  #sum(): Totals {
    const totals = { events: 0, pages: 0, bytes: 0 }
    const levels = Array.from({ length: 8 }, () => 0)
    for (const day of this.#days.values()) {
      totals.events += day.events
      totals.pages += day.pages
      totals.bytes += day.bytes
      for (let level = 0; level < 8; level++) {
        levels[level] = (levels[level] ?? 0) + (day.levels[level] ?? 0)
      }
    }
    const days = [...this.#days]
      .filter(([, { pages }]) => pages > 0)
      .map(([minute, { pages, events, bytes }]) => ({ minute, pages, events, bytes }))
      .sort((a, b) => a.minute - b.minute)
    return { totals, facilities: sorted(this.#facilities()), levels, days }
  }

  #sumOf(readable: readonly string[]): Totals {
    const facilities = new Map(
      [...this.#facilities()].filter(([name]) => matchesFacility(readable, name)),
    )
    const levels = Array.from({ length: 8 }, () => 0)
    for (const own of facilities.values()) addLevels(levels, own)
    const events = levels.reduce((sum, count) => sum + count, 0)
    const totals = { events, pages: null, bytes: null }
    return { totals, facilities: sorted(facilities), levels, days: null }
  }

  #facilities(): Map<string, number[]> {
    const facilities = new Map<string, number[]>()
    for (const day of this.#days.values()) {
      for (const [name, levels] of day.facilities) addLevels(levelsOf(facilities, name), levels)
    }
    return facilities
  }
}

type Totals = Pick<IndexAnswer, 'totals' | 'facilities' | 'levels' | 'days'>

type Unit = 'day' | 'hour' | 'minute'

const unitMinutes = { day: dayMinutes, hour: 60, minute: 1 } as const

function newDay(from: number): DayTotals {
  const levels = Array.from({ length: 8 }, () => 0)
  return { from, through: from - 1, events: 0, pages: 0, bytes: 0, levels, facilities: new Map() }
}

function addFacilities(into: Map<string, number[]>, tally: Tally): void {
  for (const [facility, events] of tally.facilities) {
    const levels = levelsOf(into, facility)
    for (const event of events.values()) addLevels(levels, event.levels)
  }
}

function levelsOf(facilities: Map<string, number[]>, name: string): number[] {
  const known = facilities.get(name)
  if (known !== undefined) return known
  const fresh = [0, 0, 0, 0, 0, 0, 0, 0]
  facilities.set(name, fresh)
  return fresh
}

function addLevels(into: number[], from: readonly number[]): void {
  for (let level = 0; level < 8; level++) into[level] = (into[level] ?? 0) + (from[level] ?? 0)
}

/** Those with most events first. */
function sorted(facilities: ReadonlyMap<string, readonly number[]>): IndexAnswer['facilities'] {
  const list = [...facilities].map(([facility, levels]) => {
    return { facility, events: levels.reduce((sum, count) => sum + count, 0) }
  })
  return list.sort((a, b) => b.events - a.events || (a.facility < b.facility ? -1 : 1))
}
