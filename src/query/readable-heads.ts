import { matchesFacility } from '../event/facility-pattern.ts'
import type { Summary, Tally } from '../page/contract.ts'
import type { HeadsRange, PageHead } from './contract.ts'
import { entriesOf, openPart, type PageSource } from './page-source.ts'
import { pageHead } from './page-head.ts'
import { RowFilter } from './row-filter.ts'

/**
 * The minutes that hold events of the facilities that may be read, as if there were no others. Throws
 * DamagedPage.
 */
export function* readableHeads(
  source: PageSource,
  range: HeadsRange,
  readable: readonly string[],
): Iterable<PageHead> {
  let left = range.limit
  for (const summary of source.reader.summaries({ ...range, limit: Number.MAX_SAFE_INTEGER })) {
    if (left === 0) return
    const counts = countsOf(source, summary, readable)
    if (counts.eventCount === 0) continue
    left--
    yield { ...pageHead(summary), ...counts, bytes: null }
  }
}

type Counts = Pick<PageHead, 'eventCount' | 'levels' | 'timestampMinMs' | 'timestampMaxMs'>

function countsOf(source: PageSource, { minute }: Summary, readable: readonly string[]): Counts {
  const tally = source.reader.tally(minute)
  return tally !== null && tally.exact
    ? tallied(tally, readable)
    : counted(source, minute, readable)
}

function tallied(tally: Tally, readable: readonly string[]): Counts {
  const levels = [0, 0, 0, 0, 0, 0, 0, 0]
  let timestampMinMs = Number.POSITIVE_INFINITY
  let timestampMaxMs = Number.NEGATIVE_INFINITY
  for (const [facility, events] of tally.facilities) {
    if (!matchesFacility(readable, facility)) continue
    for (const event of events.values()) {
      for (let level = 0; level < 8; level++) {
        levels[level] = (levels[level] ?? 0) + (event.levels[level] ?? 0)
      }
      timestampMinMs = Math.min(timestampMinMs, event.firstMs)
      timestampMaxMs = Math.max(timestampMaxMs, event.lastMs)
    }
  }
  const eventCount = levels.reduce((sum, count) => sum + count, 0)
  return { eventCount, levels, timestampMinMs, timestampMaxMs }
}

/** A page with so many pairs that its tally leaves some out is counted row by row. */
function counted(source: PageSource, minute: number, readable: readonly string[]): Counts {
  const filter = new RowFilter({ facility: null, level: null, event: null, readable })
  const levels = [0, 0, 0, 0, 0, 0, 0, 0]
  let timestampMinMs = Number.POSITIVE_INFINITY
  let timestampMaxMs = Number.NEGATIVE_INFINITY
  let eventCount = 0
  for (const entry of entriesOf(source, minute) ?? []) {
    const block = openPart(source, minute, entry)
    const rows = filter.rowsOf(block, entry)
    const level = block.level()
    const times = block.timestampMs()
    const count = rows?.length ?? block.rowCount
    for (let i = 0; i < count; i++) {
      const row = rows === null ? i : (rows[i] ?? 0)
      const at = level[row] ?? 0
      levels[at] = (levels[at] ?? 0) + 1
      timestampMinMs = Math.min(timestampMinMs, times[row] ?? 0)
      timestampMaxMs = Math.max(timestampMaxMs, times[row] ?? 0)
    }
    eventCount += count
  }
  return { eventCount, levels, timestampMinMs, timestampMaxMs }
}
