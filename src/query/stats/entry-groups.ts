import type { Memberships } from './groups.ts'
import type { ScalarColumn } from './scalar-columns.ts'

/** The main group of each entry of a column; -1: its row is not selected. */
export function entryGroups({ rows, count }: ScalarColumn, { main }: Memberships): Int32Array {
  if (rows === null) return main
  const groups = new Int32Array(count)
  for (let entry = 0; entry < count; entry++) groups[entry] = main[rows[entry] ?? 0] ?? -1
  return groups
}

/** Calls for each entry with a row in further groups, once for each of them. Few rows have any. */
export function forExtraGroups(
  { rows, count }: ScalarColumn,
  { extraRows, extraGroups }: Memberships,
  visit: (entry: number, group: number) => void,
): void {
  if (extraRows.length === 0) return
  const byRow = new Map<number, number[]>()
  for (const [i, row] of extraRows.entries()) {
    const group = extraGroups[i] ?? 0
    const known = byRow.get(row)
    if (known === undefined) byRow.set(row, [group])
    else known.push(group)
  }
  for (let entry = 0; entry < count; entry++) {
    const groups = byRow.get(rows === null ? entry : (rows[entry] ?? 0))
    for (const group of groups ?? []) visit(entry, group)
  }
}
