import type { BlockEntry, Summary } from '../../page/contract.ts'
import type { Node, Scope, Verdict } from './node.ts'
import { release, type Rows, unite } from './rows.ts'

/** OR: stops when a part has all rows. */
export class AnyOf implements Node {
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
    let found: Uint8Array | null = null
    for (const part of this.#parts) {
      const verdict = part.ofBlock(scope)
      if (verdict === 'none') continue
      const rows = verdict === 'all' ? 'all' : part.rowsOf(scope, among)
      if (rows === 'all') {
        release(found)
        return 'all'
      }
      if (rows === 'none') continue
      if (found === null) found = rows
      else {
        unite(found, rows)
        release(rows)
      }
    }
    return found ?? 'none'
  }

  #verdict(of: (part: Node) => Verdict): Verdict {
    let verdict: Verdict = 'none'
    for (const part of this.#parts) {
      const one = of(part)
      if (one === 'all') return 'all'
      if (one === 'some') verdict = 'some'
    }
    return verdict
  }
}
