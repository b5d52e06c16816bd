import type { ByteSink } from './byte-sink.ts'
import type { ByteSource } from './byte-source.ts'
import { Presence } from './format.ts'
import { entriesOf } from './select-rows.ts'

/** Writes which of a block's rows have an entry: ascending row numbers, each at most once. */
export function encodeRows(
  sink: ByteSink,
  rows: Uint16Array,
  count: number,
  rowCount: number,
): void {
  if (count === rowCount) return sink.u8(Presence.All)
  if (count * 8 > rowCount) return encodeBitmap(sink, rows, count, rowCount)
  sink.u8(Presence.Deltas)
  let next = 0
  for (let i = 0; i < count; i++) {
    const row = rows[i] ?? 0
    sink.varint(row - next)
    next = row + 1
  }
}

function encodeBitmap(sink: ByteSink, rows: Uint16Array, count: number, rowCount: number): void {
  sink.u8(Presence.Bitmap)
  const at = sink.reserve((rowCount + 7) >> 3)
  sink.bytes.fill(0, at, sink.length)
  const bytes = sink.bytes
  for (let i = 0; i < count; i++) {
    const row = rows[i] ?? 0
    bytes[at + (row >> 3)] = (bytes[at + (row >> 3)] ?? 0) | (1 << (row & 7))
  }
}

/** The rows of `count` entries; null when each row has one. Throws FormatError. */
export function decodeRows(
  source: ByteSource,
  count: number,
  rowCount: number,
): Uint16Array | null {
  const code = source.u8()
  if (code === Presence.All) {
    return count === rowCount ? null : source.fail(`${count} entries for ${rowCount} rows`)
  }
  const rows = new Uint16Array(count)
  if (code === Presence.Bitmap) decodeBitmap(source, rows, rowCount)
  else if (code === Presence.Deltas) decodeDeltas(source, rows, rowCount)
  else source.fail(`no form of rows has the code ${code}`)
  return rows
}

function decodeBitmap(source: ByteSource, rows: Uint16Array, rowCount: number): void {
  const bits = source.take((rowCount + 7) >> 3)
  let count = 0
  for (let row = 0; row < rowCount; row++) {
    if ((((bits[row >> 3] ?? 0) >> (row & 7)) & 1) === 1) rows[count++] = row
  }
  if (count !== rows.length) source.fail(`${count} rows instead of ${rows.length}`)
}

function decodeDeltas(source: ByteSource, rows: Uint16Array, rowCount: number): void {
  let next = 0
  for (let i = 0; i < rows.length; i++) {
    const row = next + source.varint()
    if (row >= rowCount) source.fail(`row ${row} of ${rowCount}`)
    rows[i] = row
    next = row + 1
  }
}

/**
 * The entries in `picked` rows, and those rows by their number among the picked; null: each picked row has one.
 * A bitmap is counted up to the last of them. Throws FormatError.
 */
export function pickRows(
  source: ByteSource,
  count: number,
  { rowCount, rows }: { readonly rowCount: number; readonly rows: Uint16Array },
): { readonly rows: Uint16Array | null; readonly entries: Uint16Array } {
  if (source.bytes[source.at] !== Presence.Bitmap) {
    return entriesOf(decodeRows(source, count, rowCount), rows)
  }
  source.skip(1)
  const bits = source.take((rowCount + 7) >> 3)
  const entries = new Uint16Array(rows.length)
  const numbers = new Uint16Array(rows.length)
  let found = 0
  let before = 0
  let byte = 0
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? 0
    for (; byte < row >> 3; byte++) before += bitsIn[bits[byte] ?? 0] ?? 0
    const here = bits[byte] ?? 0
    if (((here >> (row & 7)) & 1) === 0) continue
    numbers[found] = i
    entries[found++] = before + (bitsIn[here & ((1 << (row & 7)) - 1)] ?? 0)
  }
  if (found > 0 && (entries[found - 1] ?? 0) >= count) source.fail(`more than ${count} rows`)
  return {
    rows: found === rows.length ? null : numbers.subarray(0, found),
    entries: entries.subarray(0, found),
  }
}

/** How many bits of each byte are set. */
const bitsIn = Uint8Array.from({ length: 256 }, (_, byte) => {
  let count = 0
  for (let left = byte; left > 0; left &= left - 1) count++
  return count
})
