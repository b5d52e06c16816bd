import { Kind } from '../../event/kind.ts'
import { LeafAsker } from './leaf-asker.ts'
import { markOf } from './mark-column.ts'
import { markRowTexts } from './fixed-text.ts'
import type { Node, Scope, Verdict } from './node.ts'
import { isEmpty, type Rows } from './rows.ts'
import type { ValueTest } from './value-test.ts'

/** A word, a phrase or a regular expression in the event string or in any text of additional. */
export class AnyText implements Node {
  readonly cost = 100
  readonly #test: ValueTest
  readonly #leaves: LeafAsker

  /** The test is one of texts alone. */
  constructor(test: ValueTest) {
    this.#test = test
    this.#leaves = new LeafAsker({ test, anywhere: true })
  }

  ofPage(): Verdict {
    return 'some'
  }

  ofEntry(): Verdict {
    return 'some'
  }

  ofBlock(): Verdict {
    return 'some'
  }

  rowsOf({ block }: Scope, among: Uint8Array | null): Rows {
    const rows = new Uint8Array(block.rowCount)
    markRowTexts(block.event(), this.#test, rows)
    for (const [index, { kind, count }] of block.columns.entries()) {
      if (count === 0) continue
      if (kind === Kind.Text) markOf[kind]?.(block.column(index), this.#test, rows, among)
      else if (kind === Kind.Json || kind === Kind.Msgpack) {
        this.#leaves.mark(block.column(index), null, rows, among)
      }
    }
    if (block.restCount > 0) this.#leaves.markRest(block, '', rows)
    return isEmpty(rows) ? 'none' : rows
  }
}
