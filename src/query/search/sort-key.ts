/** Where an event stands in the order of a search; the id decides between equal times. */
export interface SortKey {
  readonly ms: number
  readonly nanos: number
  readonly minute: number
  readonly part: number
  readonly row: number
}

/** Negative: `a` is the earlier one. */
export function compareKeys(a: SortKey, b: SortKey): number {
  return a.ms - b.ms || a.nanos - b.nanos || a.minute - b.minute || a.part - b.part || a.row - b.row
}
