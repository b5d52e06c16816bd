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
