import type { ColumnValues } from '../../page/contract.ts'

const noMore = 0x7fff_ffff

/**
 * Walks the columns of a block row by row, upwards. After `advance(row)` the first `presentCount` of
 * `present` are the columns that hold a value in that row, and `entry` says which of their values it is.
 */
export class RowCursor {
  readonly present: Uint16Array
  readonly entry: Uint16Array
  presentCount = 0
  readonly #columns: readonly ColumnValues[]
  readonly #next: Uint32Array
  readonly #nextRow: Uint32Array

  constructor(columns: readonly ColumnValues[]) {
    this.#columns = columns
    this.present = new Uint16Array(columns.length)
    this.entry = new Uint16Array(columns.length)
    this.#next = new Uint32Array(columns.length)
    this.#nextRow = new Uint32Array(columns.length)
    for (let c = 0; c < columns.length; c++) {
      const rows = columns[c]?.rows ?? null
      // A column of picked rows may have no values at all.
      this.#nextRow[c] = rows === null ? 0 : (rows[0] ?? noMore)
    }
  }

  /** About 2 ns a column that is in step. `row` is larger than at the last call. */
  advance(row: number): void {
    const nextRow = this.#nextRow
    let count = 0
    for (let c = 0; c < nextRow.length; c++) {
      let at = nextRow[c] ?? noMore
      if (at < row) at = this.#seek(c, row)
      if (at !== row) continue
      this.present[count] = c
      this.entry[count] = this.#next[c] ?? 0
      count++
    }
    this.presentCount = count
  }

  /** Moves a column to its first entry at or after `row`; the row of that entry. */
  #seek(c: number, row: number): number {
    const column = this.#columns[c]
    const rows = column?.rows ?? null
    let at = (this.#next[c] ?? 0) + 1
    if (rows === null) {
      this.#next[c] = row
      this.#nextRow[c] = row
      return row
    }
    const count = column?.count ?? 0
    if (at < count && (rows[at] ?? 0) < row) at = firstAtLeast(rows, at, count, row)
    const found = at < count ? (rows[at] ?? noMore) : noMore
    this.#next[c] = at
    this.#nextRow[c] = found
    return found
  }
}

/** The first index in [from, to) whose row is at least `row`, or `to`. */
export function firstAtLeast(rows: Uint16Array, from: number, to: number, row: number): number {
  let low = from
  let high = to
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((rows[middle] ?? 0) < row) low = middle + 1
    else high = middle
  }
  return low
}
