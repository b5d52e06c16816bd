import { formatEventId } from '../../event/event-id.ts'
import type { Summary } from '../../page/contract.ts'
import type { Node, Scope, Verdict } from './node.ts'
import type { Rows } from './rows.ts'

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

  ofBlock({ block: { minute, part, rowCount } }: Scope): Verdict {
    const first = formatEventId({ minute, part, row: 0 })
    return this.#verdict(first, formatEventId({ minute, part, row: rowCount - 1 }))
  }

  rowsOf(scope: Scope, among: Uint8Array | null): Rows {
    if (this.ofBlock(scope) === 'none') return 'none'
    const { minute, part, rowCount } = scope.block
    const rows = new Uint8Array(rowCount)
    for (let row = 0; row < rowCount; row++) {
      if (among !== null && among[row] === 0) continue
      if (this.#passes(formatEventId({ minute, part, row }))) rows[row] = 1
    }
    return rows
  }

  #verdict(first: string, last: string): Verdict {
    return last < this.#range.min || first > this.#range.max ? 'none' : 'some'
  }
}
