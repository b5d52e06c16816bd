import type { Tally } from '../page/contract.ts'
import { decodeTally } from '../page/tally-decoder.ts'
import { emptyTally } from '../page/tally.ts'
import type { DaySet } from './day-set.ts'
import { DiskTrouble } from './disk-trouble.ts'
import { minutesPerDay } from './layout.ts'
import { StoredPage } from './stored-page.ts'

/** The book's pages as the catalogue counts them: what cannot be read is no reason to stop. */
export class CountedPages {
  readonly #days: DaySet

  constructor(days: DaySet) {
    this.#days = days
  }

  /** Minutes with pages in (after, through], ascending, at most `limit`. */
  minutesAfter(after: number, through: number, limit: number): number[] {
    const minutes: number[] = []
    for (const record of this.#days.records) {
      if (record.lastMinute <= after || record.firstMinute > through || record.pages === 0) continue
      const aside = record.asideThrough ?? -1
      // One stands for all that were set aside: nobody can count those.
      if (aside > after) minutes.push(aside)
      const first = Math.max(after, aside) + 1
      if (first <= record.lastMinute) minutes.push(...this.#minutesOf(record.day, first, through))
      if (minutes.length >= limit) return minutes.slice(0, limit)
    }
    return minutes
  }

  #minutesOf(day: string, first: number, through: number): number[] {
    return readPages(
      () => this.#days.writer(day).pages.minutes(first, through, minutesPerDay, 'asc'),
      () => [first],
    )
  }

  /** Null when it cannot be read. */
  tallyOf(minute: number): Tally | null {
    return readPages(
      () => {
        const record = this.#days.records.findLast(
          (each) => each.firstMinute <= minute && minute <= each.lastMinute,
        )
        if (record === undefined || minute <= (record.asideThrough ?? -1)) return null
        const pages = this.#days.writer(record.day).pages
        const page = StoredPage.read(pages, minute)
        // A redaction has left nothing of it: there is nothing to count.
        if (page?.summary.eventCount === 0) return emptyTally()
        const bytes = page?.tally(pages) ?? null
        return bytes === null ? null : decodeTally(bytes)
      },
      () => null,
    )
  }
}

/** Reads pages of the book; `otherwise` stands for those that cannot be read. */
function readPages<T>(read: () => T, otherwise: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof DiskTrouble) throw error
    return otherwise()
  }
}
