import type { Tally } from '../page/contract.ts'
import { emptyTally, mergeTally } from '../page/tally.ts'
import { minutesOfUnit, minutesPerHour, type RollupUnit } from './layout.ts'

/** Where tallies come from: the book's stored ones, of minutes that may be counted. */
export interface TallySource {
  /** Minutes with a page in [from, through], ascending. */
  minutes(from: number, through: number): readonly number[]
  tally(minute: number): Tally | null
  /** The stored roll-up of an hour, if every minute of it counts. */
  storedHour(start: number): Tally | null
}

/**
 * The counts of an hour or a day, null without events. A day merges its hours and an hour its minutes, in
 * order of time, whoever asks: so a stored roll-up equals one computed on demand, beyond its cap too.
 */
export function rollUp(source: TallySource, unit: RollupUnit, start: number): Tally | null {
  if (unit === 'hour') return rollUpHour(source, start)
  const end = start + minutesOfUnit(unit)
  let merged: Tally | null = null
  for (let hour = start; hour < end; hour += minutesPerHour) {
    const tally = source.storedHour(hour) ?? rollUpHour(source, hour)
    if (tally === null) continue
    merged ??= emptyTally()
    mergeTally(merged, tally)
  }
  return merged
}

function rollUpHour(source: TallySource, start: number): Tally | null {
  let merged: Tally | null = null
  for (const minute of source.minutes(start, start + minutesPerHour - 1)) {
    const tally = source.tally(minute)
    if (tally === null) continue
    merged ??= emptyTally()
    mergeTally(merged, tally)
  }
  return merged
}
