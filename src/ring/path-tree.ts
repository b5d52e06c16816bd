import { kindCount } from '../event/kind.ts'
import type { Column } from './column.ts'
import type { PathNode } from './path-node.ts'
import type { SealedColumn } from './sealed-block.ts'

/* What is done to all columns of a block, along the tree of their paths. */

export function truncateTree(node: PathNode, row: number): void {
  for (const column of node.columns) column?.truncate(row)
  for (const child of node.children) truncateTree(child, row)
}

export function holdsRow(node: PathNode, row: number): boolean {
  const own = node.columns.some((column) => column !== undefined && column.endsWith(row))
  return own || node.children.some((child) => holdsRow(child, row))
}

export function detachTree(node: PathNode, into: SealedColumn[], detached: Column[]): void {
  for (let kind = 0; kind < kindCount; kind++) {
    const column = node.columns[kind]
    if (column === undefined || column.count === 0) continue
    const count = column.count
    detached.push(column)
    into.push({ segments: node.segments(), kind: column.kind, count, ...column.detach() })
  }
  for (const child of node.children) detachTree(child, into, detached)
}
