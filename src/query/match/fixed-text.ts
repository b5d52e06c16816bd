import type { TextValues } from '../../page/contract.ts'
import type { Node, Scope, Verdict } from './node.ts'
import { isEmpty, type Rows } from './rows.ts'
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
    const rows = new Uint8Array(block.rowCount)
    markRowTexts(this.#of === 'facility' ? block.facility() : block.event(), this.#test, rows)
    return isEmpty(rows) ? 'none' : rows
  }
}

/** Sets the rows whose text passes; every text is asked once. */
export function markRowTexts(texts: TextValues, test: ValueTest, rows: Uint8Array): void {
  const { bytes, offsets, ids } = texts
  const count = offsets.length - 1
  const passes = new Uint8Array(count)
  for (let i = 0; i < count; i++) {
    passes[i] = test.text(bytes, offsets[i] ?? 0, offsets[i + 1] ?? 0) ? 1 : 0
  }
  if (!passes.includes(1)) return
  for (let row = 0; row < rows.length; row++) {
    rows[row] = (rows[row] ?? 0) | (passes[ids === null ? row : (ids[row] ?? 0)] ?? 0)
  }
}
