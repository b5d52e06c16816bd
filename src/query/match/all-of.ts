import type { BlockEntry, Summary } from '../../page/contract.ts'
import type { Node, Scope, Verdict } from './node.ts'
import { intersect, release, type Rows, unlessEmpty } from './rows.ts'

/** AND: asks the cheapest part first, the others about what is left, and stops when nothing is. */
export class AllOf implements Node {
  readonly cost: number
  readonly #parts: readonly Node[]

  constructor(parts: readonly Node[]) {
    this.#parts = [...parts].sort((a, b) => a.cost - b.cost)
    this.cost = parts.reduce((sum, part) => sum + part.cost, 0)
  }

  ofPage(summary: Summary): Verdict {
    return this.#verdict((part) => part.ofPage(summary))
  }

  ofEntry(entry: BlockEntry): Verdict {
    return this.#verdict((part) => part.ofEntry(entry))
  }

  ofBlock(scope: Scope): Verdict {
    return this.#verdict((part) => part.ofBlock(scope))
  }

  rowsOf(scope: Scope, among: Uint8Array | null): Rows {
    if (this.ofBlock(scope) === 'none') return 'none'
    let left: Uint8Array | null = null
    for (const part of this.#parts) {
      const rows = part.rowsOf(scope, left ?? among)
      if (rows === 'all') continue
      if (rows !== 'none' && left !== null) intersect(rows, left)
      release(left)
      const some = rows === 'none' ? rows : unlessEmpty(rows)
      if (typeof some === 'string') return some
      left = some
    }
    return left ?? 'all'
  }

  #verdict(of: (part: Node) => Verdict): Verdict {
    let verdict: Verdict = 'all'
    for (const part of this.#parts) {
      const one = of(part)
      if (one === 'none') return 'none'
      if (one === 'some') verdict = 'some'
    }
    return verdict
  }
}
