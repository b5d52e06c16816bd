import { ByteSink } from './byte-sink.ts'
import type { Tally } from './contract.ts'
import { pairCountOf } from './tally.ts'

/*
 * A tally, columns one after the other:
 *
 *   version │ raw bytes (varint) │ the rest, a zstd frame if that is smaller:
 *   events, 8 counts by level, exact, timestamp min and max, received min and max
 *   facilities: count, names │ event strings: count, names
 *   pairs in all │ pairs of each facility │ event of each pair │ levels of each pair (bit set) │ their counts
 *   first (from timestamp min) and last (back from timestamp max) of each pair
 *   minutes │ minute (difference to the one before) and cells of each │ facility, levels, counts of each cell
 *
 * A reader refuses every version but its own.
 */

export const tallyVersion = 1
/** Few tallies are written, one a page: the ratio counts more than the time. */
const zstdLevel = 3

/** About 1 KB for the 22,000 events of a busy minute. */
export function encodeTally(tally: Tally): Uint8Array<ArrayBuffer> {
  const sink = new ByteSink()
  writeTotals(sink, tally)
  const facilityIds = numberNames(facilitiesOf(tally))
  const eventIds = numberNames(eventsOf(tally))
  for (const ids of [facilityIds, eventIds]) {
    sink.varint(ids.size)
    for (const name of ids.keys()) sink.text(name)
  }
  writePairs(sink, tally, facilityIds, eventIds)
  writeMinutes(sink, tally, facilityIds)
  const raw = sink.copy()
  const packed = Bun.zstdCompressSync(raw, { level: zstdLevel })
  sink.clear()
  sink.u8(tallyVersion)
  sink.varint(raw.length)
  sink.append(packed.length < raw.length ? packed : raw)
  return sink.copy()
}

function writeTotals(sink: ByteSink, tally: Tally): void {
  sink.varint(tally.eventCount)
  for (let level = 0; level < 8; level++) sink.varint(tally.levels[level] ?? 0)
  sink.u8(tally.exact ? 1 : 0)
  sink.number(tally.timestampMinMs)
  sink.number(tally.timestampMaxMs)
  sink.number(tally.receivedMinMs)
  sink.number(tally.receivedMaxMs)
}

function* facilitiesOf(tally: Tally): Iterable<string> {
  yield* tally.facilities.keys()
  for (const cells of tally.eventTime.values()) yield* cells.keys()
}

function* eventsOf(tally: Tally): Iterable<string> {
  for (const events of tally.facilities.values()) yield* events.keys()
}

function numberNames(names: Iterable<string>): Map<string, number> {
  const ids = new Map<string, number>()
  for (const name of names) if (!ids.has(name)) ids.set(name, ids.size)
  return ids
}

function writePairs(
  sink: ByteSink,
  tally: Tally,
  facilityIds: ReadonlyMap<string, number>,
  eventIds: ReadonlyMap<string, number>,
): void {
  const { masks, counts } = { masks: new ByteSink(), counts: new ByteSink() }
  const times = new ByteSink()
  sink.varint(pairCountOf(tally))
  for (const facility of facilityIds.keys()) sink.varint(tally.facilities.get(facility)?.size ?? 0)
  for (const facility of facilityIds.keys()) {
    for (const [event, pair] of tally.facilities.get(facility) ?? []) {
      sink.varint(eventIds.get(event) ?? 0)
      writeLevels(masks, counts, pair.levels)
      times.varint(pair.firstMs - tally.timestampMinMs)
      times.varint(tally.timestampMaxMs - pair.lastMs)
    }
  }
  for (const column of [masks, counts, times]) sink.append(column.copy())
}

function writeMinutes(
  sink: ByteSink,
  tally: Tally,
  facilityIds: ReadonlyMap<string, number>,
): void {
  const { masks, counts } = { masks: new ByteSink(), counts: new ByteSink() }
  const ids = new ByteSink()
  const minutes = [...tally.eventTime.keys()].sort((a, b) => a - b)
  sink.varint(minutes.length)
  let before = 0
  for (const minute of minutes) {
    const cells = tally.eventTime.get(minute) ?? new Map<string, number[]>()
    sink.number(minute - before)
    sink.varint(cells.size)
    before = minute
    for (const [facility, levels] of cells) {
      ids.varint(facilityIds.get(facility) ?? 0)
      writeLevels(masks, counts, levels)
    }
  }
  for (const column of [ids, masks, counts]) sink.append(column.copy())
}

function writeLevels(masks: ByteSink, counts: ByteSink, levels: readonly number[]): void {
  let mask = 0
  for (let level = 0; level < 8; level++) {
    const count = levels[level] ?? 0
    if (count === 0) continue
    mask |= 1 << level
    counts.varint(count)
  }
  masks.u8(mask)
}
