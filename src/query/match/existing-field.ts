import type { OpenBlock } from '../../page/contract.ts'
import { type FieldColumns, fieldColumns } from './field-columns.ts'
import { LeafAsker } from './leaf-asker.ts'
import { markEntries } from './mark-column.ts'
import type { Node, Scope, Verdict } from './node.ts'
import { noRows, type Rows, unlessEmpty } from './rows.ts'

/** `field:*`: the rows that have a value of the field, or one inside it. */
export class ExistingField implements Node {
  readonly cost = 2
  readonly #path: string
  readonly #leaves = new LeafAsker({ test: null, anywhere: false })

  constructor(path: string) {
    this.#path = path
  }

  ofPage(): Verdict {
    return 'some'
  }

  ofEntry(): Verdict {
    return 'some'
  }

  ofBlock({ block }: Scope): Verdict {
    return this.#verdict(block, fieldColumns(block, this.#path))
  }

  rowsOf({ block }: Scope, among: Uint8Array | null): Rows {
    const columns = fieldColumns(block, this.#path)
    const verdict = this.#verdict(block, columns)
    if (verdict !== 'some') return verdict
    const rows = noRows(block.rowCount)
    for (const index of [...columns.at, ...columns.below]) {
      markEntries(block.column(index), () => true, rows, null)
    }
    for (const { index, left } of columns.above) {
      this.#leaves.mark(block.column(index), left, rows, among)
    }
    if (block.restCount > 0) this.#leaves.markRest(block, this.#path, rows)
    return unlessEmpty(rows)
  }

  #verdict(block: OpenBlock, { at, above, below }: FieldColumns): Verdict {
    const held = [...at, ...below]
    if (held.some((index) => block.columns[index]?.count === block.rowCount)) return 'all'
    return held.length + above.length + block.restCount === 0 ? 'none' : 'some'
  }
}
