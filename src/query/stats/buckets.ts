/** The epoch was a Thursday; weeks begin on Mondays. */
const mondayMs = 4 * 86_400_000
const weekMs = 7 * 86_400_000

/** Time in buckets of one length, aligned to UTC. */
export class Buckets {
  readonly every: number
  readonly #offsetMs: number

  constructor(every: number) {
    this.every = every
    this.#offsetMs = every % weekMs === 0 ? mondayMs : 0
  }

  /** The number of the bucket that a time is in. */
  at(ms: number): number {
    return Math.floor((ms - this.#offsetMs) / this.every)
  }

  startMs(bucket: number): number {
    return bucket * this.every + this.#offsetMs
  }
}
