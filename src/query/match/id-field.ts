import { formatEventId } from '../../event/event-id.ts'
import type { OpenBlock, Summary } from '../../page/contract.ts'
import type { Node, Scope, Verdict } from './node.ts'
import { noRows, type Rows } from './rows.ts'

/** The rows whose id passes. */
export class IdField implements Node {
  readonly cost = 20
  readonly #passes: (id: string) => boolean
  readonly #range: { readonly min: string; readonly max: string }

  /** No id outside the range passes; both ends are ids, or begin and end of all. */
  constructor(
    passes: (id: string) => boolean,
    range: { readonly min: string; readonly max: string },
  ) {
    this.#passes = passes
    this.#range = range
  }

  ofPage({ minute }: Summary): Verdict {
    const first = formatEventId({ minute, part: 0, row: 0 })
    const last = formatEventId({ minute, part: 0xffff, row: 0xffff })
    return this.#verdict(first, last)
  }

  ofEntry(): Verdict {
    return 'some'
  }

  ofBlock({ block }: Scope): Verdict {
    return this.#verdict(idOf(block, 0), idOf(block, block.rowCount - 1))
  }

  rowsOf(scope: Scope, among: Uint8Array | null): Rows {
    const { block } = scope
    if (this.ofBlock(scope) === 'none') return 'none'
    const rows = noRows(block.rowCount)
    for (let row = 0; row < rows.length; row++) {
      if (among !== null && among[row] === 0) continue
      if (this.#passes(idOf(block, row))) rows[row] = 1
    }
    return rows
  }

  #verdict(first: string, last: string): Verdict {
    return last < this.#range.min || first > this.#range.max ? 'none' : 'some'
  }
}

function idOf({ minute, part, rowBase = 0, rowNumbers }: OpenBlock, row: number): string {
  return formatEventId({ minute, part, row: rowBase + (rowNumbers?.[row] ?? row) })
}
