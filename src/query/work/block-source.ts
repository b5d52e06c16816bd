import { DamagedPage } from '../../book/contract.ts'
import type { BlockEntry, OpenBlock, Summary } from '../../page/contract.ts'
import { entriesOf, openPart, type PageSource } from '../page-source.ts'
import type { BlockSource } from './contract.ts'

/** Minutes are asked for this many at a time: a list is a view of the book when it was begun. */
const summariesAtOnce = 256

/** Opens blocks without keeping any. */
export class PlainBlockSource implements BlockSource {
  readonly #source: PageSource

  constructor(source: PageSource) {
    this.#source = source
  }

  entries(minute: number): readonly BlockEntry[] | null {
    return entriesOf(this.#source, minute)
  }

  open(minute: number, entry: BlockEntry): OpenBlock {
    return openPart(this.#source, minute, entry.part)
  }

  *summaries(from: number, through: number, order: 'asc' | 'desc'): Generator<Summary> {
    const { reader, damaged } = this.#source
    let range = { from, through, limit: summariesAtOnce, order }
    for (;;) {
      damaged.length = 0
      const list = [...reader.summaries(range)]
      const [damage] = damaged
      if (damage instanceof DamagedPage) throw damage
      yield* list
      const last = list.at(-1)
      if (last === undefined || list.length < summariesAtOnce) return
      range =
        order === 'asc'
          ? { ...range, from: last.minute + 1 }
          : { ...range, through: last.minute - 1 }
    }
  }
}
