import { Kind } from '../event/kind.ts'
import { extraBase, type SealedBlock, type SealedColumn } from '../ring/block-builder.ts'
import type {
  BlockEntry,
  ColumnFacts,
  ColumnValues,
  OpenBlock,
  RestValue,
  TextValues,
} from './contract.ts'
import { bufferOf, offsetOf } from './text-column.ts'

/** Where the first row of a sealed block stands among the events of its minute. */
export interface RowsPlace {
  readonly minute: number
  readonly part: number
  /** What is added to a row of the block for its number in that part. */
  readonly rowBase: number
}

const texts: ReadonlySet<Kind> = new Set([Kind.Text, Kind.Bytes, Kind.Json, Kind.Msgpack])
const numbers: ReadonlySet<Kind> = new Set([Kind.Int, Kind.Double, Kind.Time])
const lows: ReadonlySet<Kind> = new Set([Kind.Bool, Kind.Int64, Kind.Uint64, Kind.Time])
const highs: ReadonlySet<Kind> = new Set([Kind.Int64, Kind.Uint64])

/**
 * Opens rows that are still in memory, without encoding them: they can be matched and rendered as those of
 * a page. Texts are copied when a column is first asked for; valid for as long as the block is.
 */
export class OpenRows implements OpenBlock {
  readonly minute: number
  readonly part: number
  readonly rowBase: number
  readonly rowCount: number
  readonly columns: readonly ColumnFacts[]
  readonly restCount: number
  readonly #block: SealedBlock
  readonly #values: (ColumnValues | undefined)[] = []
  #facility: TextValues | null = null
  #event: TextValues | null = null
  #rest: readonly RestValue[] | null = null

  constructor(block: SealedBlock, place: RowsPlace) {
    this.#block = block
    this.minute = place.minute
    this.part = place.part
    this.rowBase = place.rowBase
    this.rowCount = block.rowCount
    this.restCount = block.restCount
    this.columns = block.columns.map((column) => ({
      segments: column.segments.map((name) => Buffer.from(name).toString()),
      kind: column.kind,
      count: column.count,
      min: null,
      max: null,
    }))
  }

  timestampMs(): Float64Array {
    return this.#block.timestampMs.subarray(0, this.rowCount)
  }

  timestampNanos(): Uint32Array | null {
    return this.#block.hasNanos ? this.#block.timestampNanos.subarray(0, this.rowCount) : null
  }

  receivedMs(): Float64Array {
    return this.#block.receivedMs.subarray(0, this.rowCount)
  }

  level(): Uint8Array {
    return this.#block.level.subarray(0, this.rowCount)
  }

  facility(): TextValues {
    const { facilityReference, facilityBytes } = this.#block
    this.#facility ??= textsOf(this.#block, facilityReference, facilityBytes, this.rowCount)
    return this.#facility
  }

  event(): TextValues {
    const { eventReference, eventBytes } = this.#block
    this.#event ??= textsOf(this.#block, eventReference, eventBytes, this.rowCount)
    return this.#event
  }

  column(index: number): ColumnValues {
    const known = this.#values[index]
    if (known !== undefined) return known
    const column = this.#block.columns[index]
    const facts = this.columns[index]
    if (column === undefined || facts === undefined) throw new RangeError(`no column ${index}`)
    const values = valuesOf(this.#block, column, facts.segments)
    this.#values[index] = values
    return values
  }

  mayHold(): boolean {
    return true
  }

  rest(): readonly RestValue[] {
    this.#rest ??= Array.from({ length: this.restCount }, (_, i) => restOf(this.#block, i))
    return this.#rest
  }
}

function valuesOf(
  block: SealedBlock,
  column: SealedColumn,
  segments: readonly string[],
): ColumnValues {
  const { kind, count } = column
  return {
    segments,
    kind,
    count,
    rows: count === block.rowCount ? null : column.rows.subarray(0, count),
    text: texts.has(kind) ? textsOf(block, column.low, column.high, count) : null,
    numbers: numbers.has(kind) ? column.numbers.subarray(0, count) : null,
    low: lows.has(kind) ? column.low.subarray(0, count) : null,
    high: highs.has(kind) ? column.high.subarray(0, count) : null,
  }
}

function textsOf(
  block: SealedBlock,
  references: Uint32Array,
  lengths: Uint32Array,
  count: number,
): TextValues {
  const offsets = new Uint32Array(count + 1)
  let end = 0
  for (let i = 0; i < count; i++) {
    end += lengths[i] ?? 0
    offsets[i + 1] = end
  }
  const bytes = new Uint8Array(end)
  for (let i = 0; i < count; i++) {
    const reference = references[i] ?? 0
    const at = offsetOf(reference)
    bytes.set(bufferOf(block, reference).subarray(at, at + (lengths[i] ?? 0)), offsets[i] ?? 0)
  }
  return { bytes, offsets, ids: null }
}

function restOf(block: SealedBlock, index: number): RestValue {
  const [path = 0, pathBytes = 0, value = 0, valueBytes = 0] = block.rest.words.subarray(index * 4)
  const pathAt = path - extraBase
  const pathText = Buffer.from(block.extra.subarray(pathAt, pathAt + pathBytes)).toString()
  // A codec: the decoder has written the path as JSON text of an array of names.
  const segments = JSON.parse(pathText) as string[]
  const kind = block.rest.kinds[index] === Kind.Json ? Kind.Json : Kind.Msgpack
  const at = offsetOf(value)
  const bytes = bufferOf(block, value).subarray(at, at + valueBytes)
  return { row: block.rest.rows[index] ?? 0, segments, kind, value: bytes }
}

/** What a page's directory would say of the rows, for a matcher. */
export function entryOfRows(block: OpenBlock): BlockEntry {
  const times = block.timestampMs()
  const levels = block.level()
  let min = Infinity
  let max = -Infinity
  let bits = 0
  for (let row = 0; row < block.rowCount; row++) {
    const time = times[row] ?? 0
    if (time < min) min = time
    if (time > max) max = time
    bits |= 1 << (levels[row] ?? 0)
  }
  return {
    part: block.part,
    rowCount: block.rowCount,
    bytes: 0,
    sha256: noDigest,
    timestampMinMs: min,
    timestampMaxMs: max,
    levels: bits,
  }
}

const noDigest = new Uint8Array(32)
