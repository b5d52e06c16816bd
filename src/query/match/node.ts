import type { BlockEntry, OpenBlock, Summary } from '../../page/contract.ts'
import type { Rows } from './rows.ts'

/** What is known without looking at rows. */
export type Verdict = 'none' | 'some' | 'all'

/** A block with what the page's directory says of it. */
export interface Scope {
  readonly block: OpenBlock
  readonly entry: BlockEntry
}

/** A part of a query made ready to be applied to pages and blocks. */
export interface Node {
  /** What `rowsOf` costs, beside other nodes: 1 for small dictionaries, 100 for texts one by one. */
  readonly cost: number
  ofPage(summary: Summary): Verdict
  ofEntry(entry: BlockEntry): Verdict
  /** By the list of columns, their ranges and their filters; decompresses filters alone. */
  ofBlock(scope: Scope): Verdict
  /** The rows that pass. Of rows that are not `among` those asked about it may say either. */
  rowsOf(scope: Scope, among: Uint8Array | null): Rows
}
