import type { RestValue } from '../../page/contract.ts'
import type { RowCursor } from './row-cursor.ts'
import type { ColumnHead } from './shape.ts'

/** One value of a row: that of a column, or one that found no column. */
export type Leaf =
  { readonly column: number; readonly entry: number } | { readonly rest: RestValue }

export type RowTree = Map<string, Member>
export type Member = { readonly leaf: Leaf } | { readonly tree: RowTree }

/**
 * The members of one row as a tree. Slow path, only for rows with members that found no column: those are
 * merged into the objects that the columns make.
 */
export function rowTree(
  cursor: RowCursor,
  heads: readonly ColumnHead[],
  rest: readonly RestValue[],
): RowTree {
  const root: RowTree = new Map()
  for (let i = 0; i < cursor.presentCount; i++) {
    const column = cursor.present[i] ?? 0
    const entry = cursor.entry[i] ?? 0
    place(root, heads[column]?.segments ?? [], { column, entry })
  }
  for (const value of rest) place(root, value.segments, { rest: value })
  return root
}

function place(root: RowTree, segments: readonly string[], leaf: Leaf): void {
  let tree = root
  for (let i = 0; i < segments.length - 1; i++) {
    const name = segments[i] ?? ''
    const member = tree.get(name)
    if (member !== undefined && 'tree' in member) {
      tree = member.tree
      continue
    }
    const fresh: RowTree = new Map()
    tree.set(name, { tree: fresh })
    tree = fresh
  }
  tree.set(segments.at(-1) ?? '', { leaf })
}

/** Finds the rest values of a row; rows are asked for upwards. */
export class RestCursor {
  readonly #values: readonly RestValue[]
  #at = 0

  constructor(values: readonly RestValue[]) {
    this.#values = values
  }

  /** Null when the row has none. */
  take(row: number): readonly RestValue[] | null {
    while ((this.#values[this.#at]?.row ?? row) < row) this.#at++
    const from = this.#at
    while (this.#values[this.#at]?.row === row) this.#at++
    return from === this.#at ? null : this.#values.slice(from, this.#at)
  }
}
