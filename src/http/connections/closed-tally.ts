import type { ClosedConnection } from './contract.ts'

/** Addresses that are listed until the next time; what is beyond is only counted. */
export const listedMax = 10
/** Addresses that are told apart until the next time. */
const sourcesMax = 10_000

export interface ClosedSum {
  readonly count: number
  readonly inAll: number
  readonly perAddress: number
  /** Those with the most, and the number of them all. */
  readonly most: readonly { readonly address: string; readonly count: number }[]
  readonly addresses: number
  readonly firstMs: number
  readonly lastMs: number
}

/** Sums closed connections up: a flood of them writes one event a minute. */
export class ClosedTally {
  readonly #sources = new Map<string, number>()
  #perAddress = 0
  #inAll = 0
  #firstMs = 0
  #lastMs = 0

  get isEmpty(): boolean {
    return this.#perAddress + this.#inAll === 0
  }

  add({ connection, why }: ClosedConnection, nowMs: number): void {
    if (this.isEmpty) this.#firstMs = nowMs
    this.#lastMs = nowMs
    if (why === 'per-address') this.#perAddress++
    else this.#inAll++
    const { from } = connection
    const known = this.#sources.get(from)
    if (known === undefined && this.#sources.size >= sourcesMax) return
    this.#sources.set(from, (known ?? 0) + 1)
  }

  /** All since the last time, and forgets them. */
  take(): ClosedSum {
    const sorted = [...this.#sources].toSorted(([, a], [, b]) => b - a)
    const sum = {
      count: this.#perAddress + this.#inAll,
      inAll: this.#inAll,
      perAddress: this.#perAddress,
      most: sorted.slice(0, listedMax).map(([address, count]) => ({ address, count })),
      addresses: sorted.length,
      firstMs: this.#firstMs,
      lastMs: this.#lastMs,
    }
    this.#sources.clear()
    this.#perAddress = 0
    this.#inAll = 0
    return sum
  }
}
