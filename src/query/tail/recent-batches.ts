import { type EventPlace } from '../../event/event-id.ts'
import { handedBytes, type HandedBatch, recentBytesMax } from './messages.ts'

/** What comes from the main thread, in its order. */
export type Recent =
  | { readonly type: 'batch'; readonly batch: HandedBatch }
  | { readonly type: 'skipped'; readonly events: number; readonly through: EventPlace }
  | { readonly type: 'closed'; readonly minute: number }

/** What a batch is not, is small: so many bytes it counts. */
const otherBytes = 128

/**
 * What has come and some tail has not taken yet, numbered as it came and shared by all tails. When there are too
 * many bytes the oldest goes: whoever has not taken it has missed it.
 */
export class RecentBatches {
  readonly #bytesMax: number
  #entries: Recent[] = []
  #first = 0
  #bytes = 0
  /** The number behind the newest of type `skipped`. */
  #wholeFrom = 0

  constructor(bytesMax = recentBytesMax) {
    this.#bytesMax = bytesMax
  }

  /** The number of the next entry. */
  get next(): number {
    return this.#first + this.#entries.length
  }

  get first(): number {
    return this.#first
  }

  /** Whether there are too many bytes: `dropFirst` is due. The newest entry stays in any case. */
  get isOver(): boolean {
    return this.#bytes > this.#bytesMax && this.#entries.length > 1
  }

  add(entry: Recent): void {
    this.#entries.push(entry)
    this.#bytes += bytesOf(entry)
    if (entry.type === 'skipped') this.#wholeFrom = this.next
  }

  /** Null: it is not here, because it has not come yet or was let go of. */
  at(number: number): Recent | null {
    return this.#entries[number - this.#first] ?? null
  }

  /** Whether everything from that number on is here, and nothing was skipped. */
  isWhole(number: number): boolean {
    return number >= this.#first && number >= this.#wholeFrom
  }

  /** Lets go of the entries before that number. */
  dropBefore(number: number): void {
    while (this.#first < number && this.#entries.length > 0) {
      const entry = this.#entries.shift()
      this.#first++
      if (entry !== undefined) this.#bytes -= bytesOf(entry)
    }
  }
}

const bytesOf = (entry: Recent): number =>
  entry.type === 'batch' ? handedBytes(entry.batch) : otherBytes
