import type { EventTally, Tally } from './contract.ts'

/** Cells of event time, and also pairs of facility and event: beyond, a tally is no longer exact. */
export const tallyCellsMax = 65_536

export function emptyTally(): Tally {
  return {
    eventCount: 0,
    levels: zeroLevels(),
    timestampMinMs: Infinity,
    timestampMaxMs: -Infinity,
    receivedMinMs: Infinity,
    receivedMaxMs: -Infinity,
    facilities: new Map(),
    eventTime: new Map(),
    cells: 0,
    exact: true,
  }
}

export function zeroLevels(): number[] {
  return [0, 0, 0, 0, 0, 0, 0, 0]
}

/** Adds `from` to `into`. What finds no cell any more is left out of the maps, but not of the totals. */
export function mergeTally(into: Tally, from: Tally): void {
  into.eventCount += from.eventCount
  addLevels(into.levels, from.levels)
  into.timestampMinMs = Math.min(into.timestampMinMs, from.timestampMinMs)
  into.timestampMaxMs = Math.max(into.timestampMaxMs, from.timestampMaxMs)
  into.receivedMinMs = Math.min(into.receivedMinMs, from.receivedMinMs)
  into.receivedMaxMs = Math.max(into.receivedMaxMs, from.receivedMaxMs)
  if (!from.exact) into.exact = false
  let pairsLeft = tallyCellsMax - pairCountOf(into)
  for (const [facility, events] of from.facilities) {
    for (const [event, counts] of events) {
      const known = into.facilities.get(facility)?.get(event)
      if (known !== undefined) addCounts(known, counts)
      else if (pairsLeft > 0) {
        addPair(into, facility, event, counts)
        pairsLeft--
      } else into.exact = false
    }
  }
  for (const [minute, facilities] of from.eventTime) {
    for (const [facility, levels] of facilities) addCell(into, minute, facility, levels)
  }
}

export function pairCountOf(tally: Tally): number {
  let count = 0
  for (const events of tally.facilities.values()) count += events.size
  return count
}

function addCounts(into: EventTally, from: EventTally): void {
  addLevels(into.levels, from.levels)
  into.firstMs = Math.min(into.firstMs, from.firstMs)
  into.lastMs = Math.max(into.lastMs, from.lastMs)
}

function addPair(into: Tally, facility: string, event: string, counts: EventTally): void {
  const fresh = { levels: [...counts.levels], firstMs: counts.firstMs, lastMs: counts.lastMs }
  const events = into.facilities.get(facility)
  if (events === undefined) into.facilities.set(facility, new Map([[event, fresh]]))
  else events.set(event, fresh)
}

/** Adds rows of one minute of event time and one facility. */
export function addCell(
  into: Tally,
  minute: number,
  facility: string,
  levels: readonly number[],
): void {
  const facilities = into.eventTime.get(minute)
  const known = facilities?.get(facility)
  if (known !== undefined) return addLevels(known, levels)
  if (into.cells >= tallyCellsMax) {
    into.exact = false
    return
  }
  into.cells++
  if (facilities === undefined) into.eventTime.set(minute, new Map([[facility, [...levels]]]))
  else facilities.set(facility, [...levels])
}

function addLevels(into: number[], from: readonly number[]): void {
  for (let level = 0; level < 8; level++) {
    into[level] = (into[level] ?? 0) + (from[level] ?? 0)
  }
}
