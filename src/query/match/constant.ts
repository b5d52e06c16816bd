import type { Node, Verdict } from './node.ts'
import type { Rows } from './rows.ts'

/** All rows of every block, or none. */
export class Constant implements Node {
  readonly cost = 0
  readonly #rows: 'none' | 'all'

  constructor(rows: 'none' | 'all') {
    this.#rows = rows
  }

  ofPage(): Verdict {
    return this.#rows
  }

  ofEntry(): Verdict {
    return this.#rows
  }

  ofBlock(): Verdict {
    return this.#rows
  }

  rowsOf(): Rows {
    return this.#rows
  }
}
