/**
 * Rows of a block: 1 in place of each that passes, 0 of any other; or, without an array, none or all of
 * them. An array belongs to the node that made it until it hands it over; then it may be written to.
 */
export type Rows = Uint8Array | 'none' | 'all'

/** `into` keeps the rows that are in both. */
export function intersect(into: Uint8Array, other: Uint8Array): void {
  for (let i = 0; i < into.length; i++) into[i] = (into[i] ?? 0) & (other[i] ?? 0)
}

/** `into` takes the rows of the other up. */
export function unite(into: Uint8Array, other: Uint8Array): void {
  for (let i = 0; i < into.length; i++) into[i] = (into[i] ?? 0) | (other[i] ?? 0)
}

export function complement(rows: Rows): Rows {
  if (rows === 'none') return 'all'
  if (rows === 'all') return 'none'
  for (let i = 0; i < rows.length; i++) rows[i] = (rows[i] ?? 0) ^ 1
  return rows
}

export function isEmpty(rows: Uint8Array): boolean {
  return rows.indexOf(1) < 0
}

/** The rows' numbers, ascending. */
export function listOf(rows: Uint8Array): Uint16Array {
  const list = new Uint16Array(rows.length)
  let count = 0
  for (let at = rows.indexOf(1); at >= 0; at = rows.indexOf(1, at + 1)) list[count++] = at
  return list.slice(0, count)
}
