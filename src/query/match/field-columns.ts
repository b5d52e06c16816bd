import { Kind } from '../../event/kind.ts'
import type { ColumnFacts, OpenBlock } from '../../page/contract.ts'

/** A column at a beginning of the field's path: the objects in its arrays may hold the rest of it. */
export interface ColumnAbove {
  readonly index: number
  readonly left: string
}

/** The columns of a block that can hold values of a field. */
export interface FieldColumns {
  /** At the path itself. */
  readonly at: readonly number[]
  readonly above: readonly ColumnAbove[]
  /** At paths that go on from it. */
  readonly below: readonly number[]
}

export function fieldColumns(block: OpenBlock, path: string): FieldColumns {
  const at: number[] = []
  const above: ColumnAbove[] = []
  const below: number[] = []
  const { columns } = block
  for (let index = 0; index < columns.length; index++) {
    const column = columns[index]
    // Fast path: neither path goes on from the other when they begin with different letters.
    if (column === undefined || column.count === 0 || beginsOther(column, path)) continue
    const { segments, kind } = column
    const joined = segments.length === 1 ? (segments[0] ?? '') : segments.join('.')
    if (joined === path) at.push(index)
    else if (goesOn(joined, path)) below.push(index)
    else if ((kind === Kind.Json || kind === Kind.Msgpack) && goesOn(path, joined)) {
      above.push({ index, left: path.slice(joined.length + 1) })
    }
  }
  return { at, above, below }
}

function beginsOther({ segments: [first = ''] }: ColumnFacts, path: string): boolean {
  return first !== '' && path !== '' && first[0] !== path[0]
}

/** Whether a path goes on from another by a dot. */
export function goesOn(path: string, from: string): boolean {
  return path.length > from.length && path[from.length] === '.' && path.startsWith(from)
}
