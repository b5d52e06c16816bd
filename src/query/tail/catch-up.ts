import type { PageSource } from '../page-source.ts'
import { BatchOpener } from './batch-opener.ts'
import type { Cut } from './contract.ts'
import { catchingUpMax, limitsOf, type TailWorkerData } from './messages.ts'
import { Past } from './past.ts'
import type { TailWork } from './tail-work.ts'

/**
 * Tails that are given what was there before them, a few at a time: each may hold a block open. The book is
 * open only meanwhile, so that the files of dropped days can go.
 */
export class CatchUp {
  readonly #data: TailWorkerData
  readonly #openSource: () => PageSource
  readonly #waiting: (() => void)[] = []
  #source: PageSource | null = null
  #running = 0

  constructor(data: TailWorkerData, openSource: () => PageSource) {
    this.#data = data
    this.#openSource = openSource
  }

  /**
   * Brings a tail to one cut after the other, until `next` gives none. Throws TailDropped, Cancelled when the tail has
   * gone.
   */
  async run(tail: TailWork, first: Cut, next: () => Promise<Cut | null>): Promise<void> {
    if (this.#running >= catchingUpMax) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    } else this.#running++
    try {
      tail.check()
      const source = (this.#source ??= this.#openSource())
      const opener = new BatchOpener(limitsOf(this.#data), this.#data.blockColumnsMax)
      const past = new Past(source, this.#data, opener, tail)
      for (let cut: Cut | null = first; cut !== null; cut = await next()) await past.bring(cut)
    } finally {
      this.#leave()
    }
  }

  /** The next one takes the place. */
  #leave(): void {
    const waiting = this.#waiting.shift()
    if (waiting !== undefined) {
      waiting()
      return
    }
    this.#running--
    if (this.#running > 0) return
    this.#source?.reader[Symbol.dispose]()
    this.#source = null
  }
}
