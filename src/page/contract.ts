import type { Kind } from '../event/kind.ts'

/*
 * What the page encoder gives to the book, and what the book gives to readers. Shapes only: the formats
 * themselves are in block-encoder.ts, block-reader.ts and summary.ts, and drawn in docs/FORMAT.md.
 */

/** An encoded block, ready for the book. */
export interface EncodedBlock {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly entry: BlockEntry
  /** Counts of this block, to be merged into the page's summary. */
  readonly tally: Tally
}

/** What a page's directory says of one block. */
export interface BlockEntry {
  readonly part: number
  readonly rowCount: number
  readonly bytes: number
  /** SHA-256 of the block's bytes, 32 bytes. */
  readonly sha256: Uint8Array
  readonly timestampMinMs: number
  readonly timestampMaxMs: number
  /** Bit n set: some row has level n. */
  readonly levels: number
  /** All timestamps but `outliersMs` lie between `minMs` and `maxMs`; left out when there are no outliers. */
  readonly usualTimes?: {
    readonly minMs: number
    readonly maxMs: number
    readonly outliersMs: readonly number[]
  }
}

/** Counts that merge: of a block, a page, an hour or a day. Mutable while being built. */
export interface Tally {
  eventCount: number
  /** Rows by level, 8 numbers. */
  readonly levels: number[]
  timestampMinMs: number
  timestampMaxMs: number
  receivedMinMs: number
  receivedMaxMs: number
  /** Keyed by facility; then by event string: rows by level (8 numbers), first and last timestamp in ms. */
  readonly facilities: Map<string, Map<string, EventTally>>
  /** Event time: minutes since the epoch → facility → rows by level. */
  readonly eventTime: Map<number, Map<string, number[]>>
  /** Cells of `eventTime`; at `tallyCellsMax` it stops to grow and `exact` becomes false. */
  cells: number
  exact: boolean
}

export interface EventTally {
  readonly levels: number[]
  firstMs: number
  lastMs: number
}

/** The small record beside each page. `tally` is decoded only when asked for. */
export interface Summary {
  /** Minutes since the epoch. */
  readonly minute: number
  readonly eventCount: number
  readonly levels: readonly number[]
  /** Bytes of the page: directory and blocks. */
  readonly bytes: number
  /** SHA-256 of the page's directory, which holds the SHA-256 of each block. 32 bytes. */
  readonly digest: Uint8Array
  /** Link of the page before in the chain; 32 zero bytes for the first. */
  readonly previous: Uint8Array
  /** SHA-256(previous ‖ minute as 8 bytes big-endian ‖ digest). */
  readonly link: Uint8Array
  readonly timestampMinMs: number
  readonly timestampMaxMs: number
  readonly receivedMinMs: number
  readonly receivedMaxMs: number
  readonly closedAtMs: number
}

/** Texts of a column: entry i is text `ids[i]`, or text i where `ids` is null. */
export interface TextValues {
  /** All texts one after the other, UTF-8; text t is `bytes[offsets[t] .. offsets[t + 1])`. */
  readonly bytes: Uint8Array
  readonly offsets: Uint32Array
  readonly ids: Uint8Array | Uint16Array | null
}

/** A column of `additional`, decoded. Which fields carry the values is said at Kind. */
export interface ColumnValues {
  readonly segments: readonly string[]
  readonly kind: Kind
  readonly count: number
  /** The row of each entry, ascending; null: one entry for every row. */
  readonly rows: Uint16Array | null
  /** Text, Bytes, Json, Msgpack. */
  readonly text: TextValues | null
  /** Int, Double, Time (seconds). */
  readonly numbers: Float64Array | null
  /** Bool (0 or 1), Int64 and Uint64 (low 32 bits), Time (nanoseconds). */
  readonly low: Uint32Array | null
  /** Int64 and Uint64 (high 32 bits). */
  readonly high: Uint32Array | null
}

/** A member that found no column of its own. */
export interface RestValue {
  readonly row: number
  readonly segments: readonly string[]
  readonly kind: typeof Kind.Json | typeof Kind.Msgpack
  readonly value: Uint8Array
}

export interface ColumnFacts {
  readonly segments: readonly string[]
  readonly kind: Kind
  /** Rows that have a value of it. */
  readonly count: number
  /** Of numbers; null where not known. */
  readonly min: number | null
  readonly max: number | null
}

/** What a token filter consists of; token-filter.ts says how to ask it. */
export interface StoredFilter {
  readonly items: 'uuids' | 'words'
  /** Groups of 32 bytes. */
  readonly groups: Uint8Array
}

/** A column of UUIDs as they are stored, to be searched without being decoded; see uuid.ts. */
export interface StoredUuids {
  /** The row of each entry, ascending; null: one entry for every row. */
  readonly rows: Uint16Array | null
  readonly count: number
  /** 16 bytes of each; or, all being of version 4, 14, without those at 6 and 8. */
  readonly bytes: Uint8Array
  readonly stride: 14 | 16
  /** Of 14: the low 8 and the high 2 (four a byte) of the ten bits that the bytes at 6 and 8 add. */
  readonly low: Uint8Array
  readonly high: Uint8Array
}

/** A column of IPv4 addresses, one for every row, as they are stored. */
export interface StoredAddresses {
  readonly count: number
  /** The first byte of every address, then the second of each, and so on. */
  readonly planes: Uint8Array
}

/** A block opened for reading; each part is decompressed when it is first asked for. */
export interface OpenBlock {
  readonly minute: number
  readonly part: number
  /** What is added to a row for its event id: rows cut out of a block have it, blocks of pages have not. */
  readonly rowBase?: number
  readonly rowCount: number
  /**
   * Of a block with a part of its rows (selected, see select-rows.ts, or left by a redaction), ascending: the number
   * of each in its event's id.
   */
  readonly rowNumbers?: Uint16Array | undefined
  /** What the block's directory says of its columns, nothing decompressed; in tree order of the paths. */
  readonly columns: readonly ColumnFacts[]
  /** Members that found no column: `rest` has them. */
  readonly restCount: number
  timestampMs(): Float64Array
  /** Null when no row has nanoseconds. */
  timestampNanos(): Uint32Array | null
  receivedMs(): Float64Array
  level(): Uint8Array
  facility(): TextValues
  event(): TextValues
  column(index: number): ColumnValues
  /**
   * False: no entry of the column is `text`, nor holds all its words (runs of ASCII letters and digits, in any
   * case). True says nothing. Reads the column's token filter alone.
   */
  mayHold(index: number, text: string): boolean
  rest(): readonly RestValue[]
  /** These rows alone, ascending, without decoding the others: see selectRows, which works on any block. */
  select?(rows: Uint16Array): OpenBlock
  /** The column's token filter, for those who ask many blocks the same; null: it has none. */
  filter?(index: number): StoredFilter | null
  /** The UUIDs of a column whose filter is one of UUIDs; null: of any other. */
  uuids?(index: number): StoredUuids | null
  /** The addresses of a column with one for every row; null: of any other. */
  addresses?(index: number): StoredAddresses | null
}
