import { markTexts } from './mark-texts.ts'
import type { Node, Scope, Verdict } from './node.ts'
import { noRows, type Rows, unlessEmpty } from './rows.ts'
import type { ValueTest } from './value-test.ts'

/** The rows whose facility or event passes a test. */
export class FixedText implements Node {
  readonly cost: number
  readonly #of: 'facility' | 'event'
  readonly #test: ValueTest

  constructor(of: 'facility' | 'event', test: ValueTest) {
    this.cost = of === 'facility' ? 2 : 4
    this.#of = of
    this.#test = test
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

  rowsOf({ block }: Scope): Rows {
    const rows = noRows(block.rowCount)
    markTexts(this.#of === 'facility' ? block.facility() : block.event(), this.#test, rows, null)
    return unlessEmpty(rows)
  }
}
