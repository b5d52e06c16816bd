import type { Tally } from '../page/contract.ts'
import { decodeTally } from '../page/tally-decoder.ts'
import { encodeTally } from '../page/tally-encoder.ts'
import { isDamage } from './checked.ts'
import type { DayPages } from './day-pages.ts'
import type { DaySet } from './day-set.ts'
import type { RollupToWrite } from './day-writer.ts'
import { dayOfMinute, minutesOfUnit, type RollupUnit, startOfUnit } from './layout.ts'
import { StoredPage } from './stored-page.ts'
import { rollUp, type TallySource } from './rollup.ts'

/**
 * The roll-ups that the page of `minute` finishes, for its own day's environment: of its hour and day if it
 * is their last minute, and of the hour that the page before it was in, when no page came in that hour's last
 * minute. An unfinished earlier day is written at once. A damaged tally leaves its roll-ups unwritten: readers
 * then come upon the damage themselves.
 */
export function finishedRollups(days: DaySet, minute: number, tally: Tally): RollupToWrite[] {
  const before = days.pageBefore(minute)
  const day = dayOfMinute(minute)
  if (before !== null && dayOfMinute(before) < day) finishDay(days, before)
  const pages = days.writer(day).pages
  const source = sourceOf(pages, minute, tally)
  const rollups: RollupToWrite[] = []
  const push = (unit: RollupUnit, start: number): void => {
    const merged = pages.rollup(unit, start) === null ? rollUp(source, unit, start) : null
    if (merged !== null) rollups.push({ unit, start, tally: encodeTally(merged) })
  }
  try {
    if (before !== null && dayOfMinute(before) === day) {
      const hour = startOfUnit('hour', before)
      if (hour !== startOfUnit('hour', minute)) push('hour', hour)
    }
    if (isLastOf('hour', minute)) push('hour', startOfUnit('hour', minute))
    if (isLastOf('day', minute)) push('day', startOfUnit('day', minute))
  } catch (error) {
    if (!isDamage(error)) throw error
  }
  return rollups
}

/** The last hour and the whole of the day that `minute`, its newest page, is in. */
function finishDay(days: DaySet, minute: number): void {
  try {
    const writer = days.writer(dayOfMinute(minute))
    const source = sourceOf(writer.pages, -1, null)
    const rollups: RollupToWrite[] = []
    for (const unit of ['hour', 'day'] as const) {
      const start = startOfUnit(unit, minute)
      if (writer.pages.rollup(unit, start) !== null) continue
      const merged = rollUp(source, unit, start)
      if (merged !== null) rollups.push({ unit, start, tally: encodeTally(merged) })
    }
    if (rollups.length > 0) writer.putRollups(rollups)
  } catch (error) {
    if (!isDamage(error)) throw error
  }
}

/** The day's stored tallies, and that of the page being written. */
function sourceOf(pages: DayPages, minute: number, tally: Tally | null): TallySource {
  return {
    minutes: (from, through) => {
      const stored = pages.minutes(from, through, minutesOfUnit('day'), 'asc')
      const isMissing = tally !== null && minute >= from && minute <= through
      return isMissing && !stored.includes(minute) ? [...stored, minute] : stored
    },
    tally: (each) => {
      if (each === minute) return tally
      const bytes = StoredPage.read(pages, each)?.tally(pages) ?? null
      return bytes === null ? null : decodeTally(bytes)
    },
    storedHour: (start) => {
      const bytes = pages.rollup('hour', start)
      return bytes === null ? null : decodeTally(bytes)
    },
  }
}

function isLastOf(unit: RollupUnit, minute: number): boolean {
  return startOfUnit(unit, minute + 1) === minute + 1
}
