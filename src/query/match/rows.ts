/**
 * Rows of a block: 1 in place of each that passes, 0 of any other (see `noRows`); or, without an array, none or
 * all of them. An array belongs to the node that made it until it hands it over; then it may be written to.
 */
export type Rows = Uint8Array | 'none' | 'all'

/** An array in which no row passes yet, in whole words of four bytes. */
export function noRows(rowCount: number): Uint8Array {
  return new Uint8Array(new ArrayBuffer(wordsOf(rowCount) * 4), 0, rowCount)
}

/** `into` keeps the rows that are in both. 2 µs for 22,000 rows, as those below. */
export function intersect(into: Uint8Array, other: Uint8Array): void {
  const a = words(into)
  const b = words(other)
  for (let i = 0; i < a.length; i++) a[i] = (a[i] ?? 0) & (b[i] ?? 0)
}

/** `into` takes the rows of the other up. */
export function unite(into: Uint8Array, other: Uint8Array): void {
  const a = words(into)
  const b = words(other)
  for (let i = 0; i < a.length; i++) a[i] = (a[i] ?? 0) | (b[i] ?? 0)
}

export function complement(rows: Rows): Rows {
  if (rows === 'none') return 'all'
  if (rows === 'all') return 'none'
  const all = words(rows)
  for (let i = 0; i < all.length; i++) all[i] = (all[i] ?? 0) ^ 0x0101_0101
  // The bytes behind the last row are in its word, and are no rows.
  new Uint8Array(rows.buffer, rows.byteOffset, all.length * 4).fill(0, rows.length)
  return rows
}

export function isEmpty(rows: Uint8Array): boolean {
  return !rows.includes(1)
}

/**
 * The rows' numbers, ascending. About 0.3 ns a row, without a branch on what no processor can foresee: every
 * row of a word is written, and the next takes its place unless it passes.
 */
export function listOf(rows: Uint8Array): Uint16Array {
  const all = words(rows)
  const list = new Uint16Array(all.length * 4 + 1)
  let count = 0
  for (let i = Math.max(0, rows.indexOf(1)) >> 2; i < all.length; i++) {
    const four = all[i] ?? 0
    if (four === 0) continue
    const row = i * 4
    list[count] = row
    count += four & 1
    list[count] = row + 1
    count += (four >> 8) & 1
    list[count] = row + 2
    count += (four >> 16) & 1
    list[count] = row + 3
    count += (four >> 24) & 1
  }
  return count * 2 < list.length ? list.slice(0, count) : list.subarray(0, count)
}

function words(rows: Uint8Array): Int32Array {
  return new Int32Array(rows.buffer, rows.byteOffset, wordsOf(rows.length))
}

function wordsOf(rowCount: number): number {
  return (rowCount + 3) >> 2
}
