import type { Tally } from '../../page/contract.ts'
import type { WorkContext } from '../work/contract.ts'
import { TallyCache } from '../work/tally-cache.ts'
import type { TallyCounter } from './tally-counter.ts'

/** Of a job that shares none with others. */
const ownTallyBytesMax = 16 * 2 ** 20

type Unit = 'hour' | 'day'
const minutesIn = { hour: 60, day: 1440 } as const
/** With fewer pages of a unit in the range, their own tallies are read instead of the unit's, which is larger. */
const pagesLeast = { hour: 4, day: 240 } as const

/** Tallies that are added before others get their turn: about a millisecond. */
const talliesAtOnce = 16

/** Takes what it can from the tallies of days, hours and pages; the minutes of pages that have to be scanned. */
export async function countTallies(
  context: WorkContext,
  counter: TallyCounter,
  minutes: readonly number[],
): Promise<number[]> {
  const tallies = context.caches?.tallies ?? new TallyCache(ownTallyBytesMax)
  const { source, meter, closedThrough } = context
  const droppedBefore = source.reader.state().droppedBefore ?? 0
  const left: number[] = []

  let taken = 0
  const takes = async (tally: Tally | null): Promise<boolean> => {
    if (++taken % talliesAtOnce === 0) await meter.turn()
    return tally === null || counter.take(tally)
  }
  const isWhole = (unit: Unit, start: number): boolean =>
    start >= droppedBefore && start + minutesIn[unit] - 1 <= closedThrough

  const takeUnit = async (unit: Unit, start: number, pages: readonly number[]): Promise<void> => {
    if (pages.length >= pagesLeast[unit] && isWhole(unit, start)) {
      meter.count({ minutes: pages.length })
      if (await takes(tallies.rollup(source, unit, start))) return
    }
    if (unit === 'day') {
      for (const [hour, inHour] of byUnit('hour', pages)) await takeUnit('hour', hour, inHour)
      return
    }
    for (const minute of pages) {
      meter.count({ minutes: 1 })
      if (!(await takes(tallies.tally(source, minute)))) left.push(minute)
    }
  }
  for (const [day, inDay] of byUnit('day', minutes)) await takeUnit('day', day, inDay)
  return left
}

function byUnit(unit: Unit, minutes: readonly number[]): Map<number, number[]> {
  const units = new Map<number, number[]>()
  for (const minute of minutes) {
    const start = minute - (minute % minutesIn[unit])
    const known = units.get(start)
    if (known === undefined) units.set(start, [minute])
    else known.push(minute)
  }
  return units
}
