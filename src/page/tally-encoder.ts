import { ByteSink } from './byte-sink.ts'
import type { EventTally, Tally } from './contract.ts'
import { SizedBitsSink } from './sized-bits.ts'
import { pairCountOf } from './tally.ts'

/*
 * A tally, columns one after the other:
 *
 *   version │ raw, stored bytes of names │ raw, stored bytes of columns │ names │ columns │ bits of numbers
 *
 * Names and columns are zstd frames if those are smaller; names end with the byte 0xff each:
 *
 *   facilities: count, names │ event strings: count, names
 *
 * Columns:
 *
 *   events, 8 counts by level, exact, timestamp min and max, received min and max
 *   pairs in all │ pairs of each facility │ event of each pair (0: the next that has not come yet, otherwise its
 *   number + 1) │ levels of each pair (bit set) │ sizes of their counts │ sizes of the first (from timestamp
 *   min) and last time (back from timestamp max) of each pair
 *   minutes │ minute (difference to the one before) and cells of each │ facility, levels, sizes of the counts of
 *   each cell
 *
 * sized-bits.ts says what sizes and bits are. A reader refuses every version but its own.
 */

export const tallyVersion = 1
/** Ends each name: no UTF-8 holds this byte, and no lengths stand between names that are alike. */
export const nameEnd = 0xff
/** Few tallies are written, one a page: the ratio counts more than the time. */
const zstdLevel = 9

/** About 4 KB, most of it names, for the 22,000 events of a busy minute. */
export function encodeTally(tally: Tally): Uint8Array<ArrayBuffer> {
  const facilityIds = numberNames(facilitiesOf(tally))
  const eventIds = numberNames(eventsOf(tally))
  const names = new ByteSink()
  for (const ids of [facilityIds, eventIds]) writeNames(names, ids)
  const columns = { sink: new ByteSink(), numbers: new SizedBitsSink() }
  writeTotals(columns.sink, tally)
  writePairs(columns, tally, facilityIds, eventIds)
  writeMinutes(columns, tally, facilityIds)
  const pieces = [names, columns.sink].map((sink) => compressed(sink.copy()))
  const whole = new ByteSink()
  whole.u8(tallyVersion)
  for (const { raw, stored } of pieces) {
    whole.varint(raw)
    whole.varint(stored.length)
  }
  for (const { stored } of pieces) whole.append(stored)
  whole.append(columns.numbers.bits.copy())
  return whole.copy()
}

function compressed(bytes: Uint8Array<ArrayBuffer>): { raw: number; stored: Uint8Array } {
  const packed = Bun.zstdCompressSync(bytes, { level: zstdLevel })
  return { raw: bytes.length, stored: packed.length < bytes.length ? packed : bytes }
}

function writeNames(sink: ByteSink, ids: ReadonlyMap<string, number>): void {
  sink.varint(ids.size)
  for (const name of ids.keys()) {
    sink.append(Buffer.from(name))
    sink.u8(nameEnd)
  }
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

interface Columns {
  readonly sink: ByteSink
  readonly numbers: SizedBitsSink
}

function writePairs(
  columns: Columns,
  tally: Tally,
  facilityIds: ReadonlyMap<string, number>,
  eventIds: ReadonlyMap<string, number>,
): void {
  const { sink, numbers } = columns
  const pairs: EventTally[] = []
  sink.varint(pairCountOf(tally))
  for (const facility of facilityIds.keys()) sink.varint(tally.facilities.get(facility)?.size ?? 0)
  let nextId = 0
  for (const facility of facilityIds.keys()) {
    for (const [event, pair] of tally.facilities.get(facility) ?? []) {
      const id = eventIds.get(event) ?? 0
      sink.varint(id === nextId ? 0 : id + 1)
      if (id === nextId) nextId++
      pairs.push(pair)
    }
  }
  writeLevels(
    columns,
    pairs.map((pair) => pair.levels),
  )
  for (const { firstMs, lastMs } of pairs) {
    numbers.put(firstMs - tally.timestampMinMs)
    numbers.put(tally.timestampMaxMs - lastMs)
  }
  moveSizes(columns)
}

function writeMinutes(
  columns: Columns,
  tally: Tally,
  facilityIds: ReadonlyMap<string, number>,
): void {
  const { sink } = columns
  const minutes = [...tally.eventTime.keys()].sort((a, b) => a - b)
  const facilities: number[] = []
  const levels: (readonly number[])[] = []
  sink.varint(minutes.length)
  let before = 0
  for (const minute of minutes) {
    const cells = tally.eventTime.get(minute) ?? new Map<string, number[]>()
    sink.number(minute - before)
    sink.varint(cells.size)
    before = minute
    for (const [facility, counts] of cells) {
      facilities.push(facilityIds.get(facility) ?? 0)
      levels.push(counts)
    }
  }
  for (const facility of facilities) sink.varint(facility)
  writeLevels(columns, levels)
}

/** Writes which levels each entry has, then how many rows of each. */
function writeLevels(columns: Columns, entries: readonly (readonly number[])[]): void {
  for (const levels of entries) {
    let mask = 0
    for (const [level, count] of levels.entries()) {
      if (count === 0) continue
      mask |= 1 << level
      columns.numbers.put(count)
    }
    columns.sink.u8(mask)
  }
  moveSizes(columns)
}

/** Moves the sizes of the numbers put so far behind what has been written. */
function moveSizes({ sink, numbers }: Columns): void {
  sink.append(numbers.sizes.bytes.subarray(0, numbers.sizes.length))
  numbers.sizes.clear()
}
