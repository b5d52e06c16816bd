import { Kind } from '../../event/kind.ts'
import { ColumnAsker } from './column-asker.ts'
import { markTexts } from './mark-texts.ts'
import type { Node, Scope, Verdict } from './node.ts'
import { noRows, type Rows, unlessEmpty } from './rows.ts'
import type { ValueTest } from './value-test.ts'

/** A word, a phrase or a regular expression in the event string or in any text of additional. */
export class AnyText implements Node {
  readonly cost = 100
  readonly #test: ValueTest
  readonly #asker: ColumnAsker

  /** The test is one of texts alone. */
  constructor(test: ValueTest) {
    this.#test = test
    this.#asker = new ColumnAsker(test, { anywhere: true })
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
    const rows = noRows(block.rowCount)
    markTexts(block.event(), this.#test, rows, null)
    for (const [index, { kind }] of block.columns.entries()) {
      if (!textKinds.has(kind) || !this.#asker.mayPass(block, index)) continue
      this.#asker.mark(block, index, rows, among)
    }
    if (block.restCount > 0) this.#asker.leaves.markRest(block, '', rows)
    return unlessEmpty(rows)
  }
}

const textKinds: ReadonlySet<Kind> = new Set([Kind.Text, Kind.Json, Kind.Msgpack])
