import type { BlockEntry, Summary } from '../../page/contract.ts'
import type { Node, Scope, Verdict } from './node.ts'
import { noRows, type Rows } from './rows.ts'

/** The rows whose level is one of a set. */
export class LevelField implements Node {
  readonly cost = 1
  /** Bit n set: level n passes. */
  readonly #levels: number

  constructor(levels: number) {
    this.#levels = levels
  }

  ofPage(summary: Summary): Verdict {
    let levels = 0
    for (let i = 0; i < 8; i++) if ((summary.levels[i] ?? 0) > 0) levels |= 1 << i
    return this.#verdict(levels)
  }

  ofEntry(entry: BlockEntry): Verdict {
    return this.#verdict(entry.levels)
  }

  ofBlock({ entry }: Scope): Verdict {
    return this.#verdict(entry.levels)
  }

  rowsOf({ block, entry }: Scope): Rows {
    const verdict = this.#verdict(entry.levels)
    if (verdict !== 'some') return verdict
    const level = block.level()
    const rows = noRows(block.rowCount)
    for (let row = 0; row < rows.length; row++) rows[row] = (this.#levels >> (level[row] ?? 0)) & 1
    return rows
  }

  #verdict(held: number): Verdict {
    if ((held & this.#levels) === 0) return 'none'
    return (held & ~this.#levels) === 0 ? 'all' : 'some'
  }
}
