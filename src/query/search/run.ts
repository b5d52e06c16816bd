import type { BlockEntry } from '../../page/contract.ts'

/** Rows of a block in the order in which they are answered. */
export interface Found {
  readonly minute: number
  readonly entry: BlockEntry
  readonly rows: Uint16Array
}

/** Rows of a block that pass, in the order in which they are answered, with their times. */
export interface Run extends Found {
  /** Null where the order is that of the ids. */
  readonly ms: Float64Array | null
  /** Null when all are 0. */
  readonly nanos: Uint32Array | null
}

/** The rows [from, to) of a run: what comes next in the answer. */
export interface Stretch {
  readonly run: Run
  readonly from: number
  readonly to: number
}
