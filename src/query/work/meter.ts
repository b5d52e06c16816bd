import { Pace } from '../pace.ts'
import { type LimitName, type Meter, QueryLimit, type Scanned } from './contract.ts'

/** What one query may use. */
export interface WorkLimits {
  /** From its beginning to its answer; of a stream, from one part of it to the next. */
  readonly timeMs: number
  /** Bytes of pages looked at, as they are stored. */
  readonly bytes: number
  /** Groups of a statistic. */
  readonly groups: number
  /** Memory held beside the thread's cache. */
  readonly memoryBytes: number
}

/** Counts what one job uses, against its limits. `check` throws Cancelled when nobody waits for the answer. */
export class JobMeter implements Meter {
  readonly scanned: Scanned = { minutes: 0, blocks: 0, bytes: 0 }
  readonly #limits: WorkLimits
  readonly #check: () => void
  readonly #pace = new Pace()
  #begunMs = performance.now()
  #groups = 0
  #heldBytes = 0

  constructor(limits: WorkLimits, check: () => void) {
    this.#limits = limits
    this.#check = check
  }

  count({ minutes = 0, blocks = 0, bytes = 0 }: Partial<Scanned>): void {
    this.scanned.minutes += minutes
    this.scanned.blocks += blocks
    this.scanned.bytes += bytes
    keep('query-bytes', this.scanned.bytes, this.#limits.bytes)
    this.#look()
  }

  hold({ groups = 0, bytes = 0 }: { groups?: number; bytes?: number }): void {
    this.#groups += groups
    this.#heldBytes += bytes
    keep('query-groups', this.#groups, this.#limits.groups)
    keep('query-memory-bytes', this.#heldBytes, this.#limits.memoryBytes)
  }

  async turn(): Promise<void> {
    this.#look()
    await this.#pace.turn()
    this.#look()
  }

  /** Part of the answer has gone out: its time begins anew, and what the reader took of it does not count. */
  sent(): void {
    this.#begunMs = performance.now()
  }

  #look(): void {
    this.#check()
    keep('query-time-ms', performance.now() - this.#begunMs, this.#limits.timeMs)
  }
}

function keep(limit: LimitName, used: number, allowed: number): void {
  if (used > allowed) throw new QueryLimit(limit, allowed)
}
