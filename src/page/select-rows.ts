import type { ColumnValues, OpenBlock, RestValue, TextValues } from './contract.ts'
import { numberOfRow } from './row-number.ts'

/**
 * A block of some rows of another, ascending, which decodes no more than it must. Its row i is row `rows[i]`
 * of the whole; `columns`, `restCount` and `mayHold` still speak of the whole, so a column may come out with
 * no values at all.
 */
export function selectRows(block: OpenBlock, rows: Uint16Array): OpenBlock {
  return block.select?.(rows) ?? new SelectedRows(block, rows)
}

/** Rows picked out of what another block decodes. */
export class SelectedRows implements OpenBlock {
  readonly minute: number
  readonly part: number
  readonly rowCount: number
  readonly rowNumbers: Uint16Array
  readonly columns: OpenBlock['columns']
  readonly restCount: number
  readonly #block: OpenBlock
  readonly #rows: Uint16Array

  constructor(block: OpenBlock, rows: Uint16Array) {
    this.minute = block.minute
    this.part = block.part
    this.rowCount = rows.length
    const { rowBase = 0, rowNumbers } = block
    const isWhole = rowBase === 0 && rowNumbers === undefined
    this.rowNumbers = isWhole ? rows : rows.map((row) => numberOfRow(block, row))
    this.#rows = rows
    this.columns = block.columns
    this.restCount = block.restCount
    this.#block = block
  }

  timestampMs(): Float64Array {
    return pickDoubles(this.#block.timestampMs(), this.#rows)
  }

  timestampNanos(): Uint32Array | null {
    const nanos = this.#block.timestampNanos()
    return nanos === null ? null : pickWords(nanos, this.#rows)
  }

  receivedMs(): Float64Array {
    return pickDoubles(this.#block.receivedMs(), this.#rows)
  }

  level(): Uint8Array {
    const level = this.#block.level()
    const rows = this.#rows
    const into = new Uint8Array(rows.length)
    for (let i = 0; i < rows.length; i++) into[i] = level[rows[i] ?? 0] ?? 0
    return into
  }

  facility(): TextValues {
    return pickTexts(this.#block.facility(), this.#rows)
  }

  event(): TextValues {
    return pickTexts(this.#block.event(), this.#rows)
  }

  column(index: number): ColumnValues {
    const whole = this.#block.column(index)
    const { rows, entries } = entriesOf(whole.rows, this.#rows)
    return {
      segments: whole.segments,
      kind: whole.kind,
      count: entries.length,
      rows,
      text: whole.text === null ? null : pickTexts(whole.text, entries),
      numbers: whole.numbers === null ? null : pickDoubles(whole.numbers, entries),
      low: whole.low === null ? null : pickWords(whole.low, entries),
      high: whole.high === null ? null : pickWords(whole.high, entries),
    }
  }

  mayHold(index: number, text: string): boolean {
    return this.#block.mayHold(index, text)
  }

  rest(): readonly RestValue[] {
    return pickRest(this.#block.rest(), this.#rows)
  }
}

/**
 * Which entries of a column belong to the picked rows, and the picked rows that have one, by their number among
 * the picked; null: each has.
 */
export function entriesOf(
  have: Uint16Array | null,
  picked: Uint16Array,
): { readonly rows: Uint16Array | null; readonly entries: Uint16Array } {
  if (have === null) return { rows: null, entries: picked }
  const entries = new Uint16Array(Math.min(picked.length, have.length))
  const rows = new Uint16Array(entries.length)
  let count = 0
  let at = 0
  for (let i = 0; i < picked.length && at < have.length; i++) {
    const row = picked[i] ?? 0
    if ((have[at] ?? 0) < row) at = firstAtLeast(have, at, row)
    if (have[at] !== row) continue
    rows[count] = i
    entries[count++] = at++
  }
  return {
    rows: count === picked.length ? null : rows.subarray(0, count),
    entries: entries.subarray(0, count),
  }
}

/** The first index from `from` on whose row is at least `row`; doubling steps, because it mostly is near. */
function firstAtLeast(rows: Uint16Array, from: number, row: number): number {
  let step = 1
  let low = from
  while (low + step < rows.length && (rows[low + step] ?? 0) < row) {
    low += step
    step *= 2
  }
  let high = Math.min(low + step, rows.length)
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((rows[middle] ?? 0) < row) low = middle + 1
    else high = middle
  }
  return low
}

/** The texts of these entries: of a dictionary the numbers alone are picked. */
export function pickTexts(texts: TextValues, entries: Uint16Array): TextValues {
  const { bytes, offsets, ids } = texts
  if (ids !== null) {
    const picked = ids instanceof Uint8Array ? new Uint8Array(entries.length) : null
    const into = picked ?? new Uint16Array(entries.length)
    for (let i = 0; i < entries.length; i++) into[i] = ids[entries[i] ?? 0] ?? 0
    return { bytes, offsets, ids: into }
  }
  const ends = new Uint32Array(entries.length + 1)
  let end = 0
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i] ?? 0
    end += (offsets[entry + 1] ?? 0) - (offsets[entry] ?? 0)
    ends[i + 1] = end
  }
  const into = new Uint8Array(end)
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i] ?? 0
    into.set(bytes.subarray(offsets[entry] ?? 0, offsets[entry + 1] ?? 0), ends[i] ?? 0)
  }
  return { bytes: into, offsets: ends, ids: null }
}

export function pickDoubles(values: Float64Array, entries: Uint16Array): Float64Array {
  const into = new Float64Array(entries.length)
  for (let i = 0; i < entries.length; i++) into[i] = values[entries[i] ?? 0] ?? 0
  return into
}

export function pickWords(values: Uint32Array, entries: Uint16Array): Uint32Array {
  const into = new Uint32Array(entries.length)
  for (let i = 0; i < entries.length; i++) into[i] = values[entries[i] ?? 0] ?? 0
  return into
}

/** The members of the picked rows, with the rows' numbers among the picked. */
export function pickRest(members: readonly RestValue[], picked: Uint16Array): readonly RestValue[] {
  const found: RestValue[] = []
  let i = 0
  for (const member of members) {
    while (i < picked.length && (picked[i] ?? 0) < member.row) i++
    if (i === picked.length) break
    if (picked[i] === member.row) found.push({ ...member, row: i })
  }
  return found
}
