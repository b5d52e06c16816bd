import { Kind } from '../../event/kind.ts'
import type { ColumnFacts, OpenBlock } from '../../page/contract.ts'
import { type FieldColumns, fieldColumns } from './field-columns.ts'
import { LeafAsker } from './leaf-asker.ts'
import { markOf } from './mark-column.ts'
import type { Node, Scope, Verdict } from './node.ts'
import { isEmpty, type Rows } from './rows.ts'
import type { ValueTest } from './value-test.ts'

/** The rows in which one of a field's values passes a test. */
export class AdditionalField implements Node {
  readonly cost = 10
  readonly #path: string
  readonly #test: ValueTest
  readonly #leaves: LeafAsker

  constructor(path: string, test: ValueTest) {
    this.#path = path
    this.#test = test
    this.#leaves = new LeafAsker({ test, anywhere: false })
  }

  ofPage(): Verdict {
    return 'some'
  }

  ofEntry(): Verdict {
    return 'some'
  }

  ofBlock({ block }: Scope): Verdict {
    if (block.restCount > 0) return 'some'
    const { at, above } = this.#columns(block)
    return at.length + above.length === 0 ? 'none' : 'some'
  }

  rowsOf({ block }: Scope, among: Uint8Array | null): Rows {
    const { at, above } = this.#columns(block)
    if (block.restCount === 0 && at.length + above.length === 0) return 'none'
    const rows = new Uint8Array(block.rowCount)
    for (const index of at) {
      const column = block.column(index)
      const mark = markOf[column.kind]
      if (mark !== undefined) mark(column, this.#test, rows, among)
      else if (column.kind !== Kind.Bytes) this.#leaves.mark(column, null, rows, among)
    }
    for (const { index, left } of above) {
      this.#leaves.mark(block.column(index), left, rows, among)
    }
    if (block.restCount > 0) this.#leaves.markRest(block, this.#path, rows)
    return isEmpty(rows) ? 'none' : rows
  }

  #columns(block: OpenBlock): FieldColumns {
    const columns = fieldColumns(block, this.#path)
    const at = columns.at.filter((index) => {
      const facts = block.columns[index]
      return facts !== undefined && this.#mayPass(facts)
    })
    return { ...columns, at }
  }

  #mayPass({ kind, min, max }: ColumnFacts): boolean {
    if (kind === Kind.Bytes) return false
    const isNumber = kind === Kind.Int || kind === Kind.Double
    if (this.#test.typed === null || !isNumber) return true
    const range = this.#test.typed.numbers
    if (Number.isNaN(range.min)) return false
    return min === null || max === null || (max >= range.min && min <= range.max)
  }
}
