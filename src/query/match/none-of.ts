import type { BlockEntry, Summary } from '../../page/contract.ts'
import type { Node, Scope, Verdict } from './node.ts'
import { complement, type Rows } from './rows.ts'

const opposite = { none: 'all', some: 'some', all: 'none' } as const

/** NOT */
export class NoneOf implements Node {
  readonly cost: number
  readonly #part: Node

  constructor(part: Node) {
    this.#part = part
    this.cost = part.cost
  }

  ofPage(summary: Summary): Verdict {
    return opposite[this.#part.ofPage(summary)]
  }

  ofEntry(entry: BlockEntry): Verdict {
    return opposite[this.#part.ofEntry(entry)]
  }

  ofBlock(scope: Scope): Verdict {
    return opposite[this.#part.ofBlock(scope)]
  }

  rowsOf(scope: Scope, among: Uint8Array | null): Rows {
    const verdict = this.#part.ofBlock(scope)
    if (verdict !== 'some') return opposite[verdict]
    return complement(this.#part.rowsOf(scope, among))
  }
}
