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
  /** Of a block with a part of its rows: the number of each in its event's id, by which events are ordered. */
  readonly rowNumbers?: Uint16Array | undefined
}

/** The rows [from, to) of a run: what comes next in the answer. */
export interface Stretch {
  readonly run: Run
  readonly from: number
  readonly to: number
}
