import type { OpenBlock } from '../../page/contract.ts'
import { ColumnAsker } from './column-asker.ts'
import { type FieldColumns, fieldColumns } from './field-columns.ts'
import type { Node, Scope, Verdict } from './node.ts'
import { noRows, type Rows, unlessEmpty } from './rows.ts'
import type { ValueTest } from './value-test.ts'

/** The rows in which one of a field's values passes a test. */
export class AdditionalField implements Node {
  readonly cost = 10
  readonly #path: string
  readonly #asker: ColumnAsker
  /** Of the block asked about last: it is asked about at least twice. A tail's block must not be held by it. */
  #seen: { readonly block: WeakRef<OpenBlock>; readonly columns: FieldColumns | null } | null = null

  constructor(path: string, test: ValueTest) {
    this.#path = path
    this.#asker = new ColumnAsker(test, { anywhere: false })
  }

  ofPage(): Verdict {
    return 'some'
  }

  ofEntry(): Verdict {
    return 'some'
  }

  ofBlock({ block }: Scope): Verdict {
    return this.#columns(block) === null ? 'none' : 'some'
  }

  rowsOf({ block }: Scope, among: Uint8Array | null): Rows {
    const columns = this.#columns(block)
    if (columns === null) return 'none'
    const rows = noRows(block.rowCount)
    const asker = this.#asker
    for (const index of columns.at) asker.mark(block, index, rows, among)
    for (const { index, left } of columns.above) {
      asker.leaves.mark(block.column(index), left, rows, among)
    }
    if (block.restCount > 0) asker.leaves.markRest(block, this.#path, rows)
    return unlessEmpty(rows)
  }

  /** The columns in which a value may pass; null: none. */
  #columns(block: OpenBlock): FieldColumns | null {
    if (this.#seen?.block.deref() === block) return this.#seen.columns
    const all = fieldColumns(block, this.#path)
    const at = all.at.filter((index) => this.#asker.mayPass(block, index))
    const isHopeless = at.length + all.above.length + block.restCount === 0
    const columns = isHopeless ? null : { ...all, at }
    this.#seen = { block: new WeakRef(block), columns }
    return columns
  }
}
