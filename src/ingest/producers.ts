import {
  eventsOf,
  newAccount,
  type ProducerAccount,
  wantedOf,
  withBatch,
} from '../book/producer-account.ts'
import { summed, type ProducerTotals } from '../book/producer-table.ts'
import type { ProducerSpan } from '../journal/contract.ts'
import { duplicateAnswer } from './answer.ts'
import type { IngestOutcome } from './contract.ts'
import { repeated } from './keys.ts'

/** Producers with batches in minutes that are not pages yet; beyond, batches of others are put off. */
export const openProducersMax = 100_000

/** What the book has stored of producers. */
export interface StoredAccounts {
  find(producer: string): ProducerAccount | null
  totals(): ProducerTotals
  list(limit: number, onlyMissing: boolean): ProducerAccount[]
}

interface InFlight {
  readonly span: ProducerSpan
  readonly outcome: Promise<IngestOutcome>
}

/** A batch that came again is not in the journal: its count is written with the next minute that closes. */
interface Repeats {
  readonly duplicates: number
  readonly lastSeenMs: number
}

/**
 * What is known of producers: batches on their way, the accounts that batches of minutes have changed that
 * are not pages yet, and behind them the book. An account changes when its batch is durable, never before, so
 * a batch that fails leaves none of this behind.
 */
export class Producers {
  readonly #stored: StoredAccounts
  readonly #nowMs: () => number
  readonly #inFlight = new Map<string, InFlight[]>()
  /** The newest account of each producer of an open minute. */
  readonly #open = new Map<string, ProducerAccount>()
  /** The accounts as they are after each open minute: what closing it has to write. */
  readonly #byMinute = new Map<number, Map<string, ProducerAccount>>()
  readonly #repeats = new Map<string, Repeats>()

  constructor(stored: StoredAccounts, nowMs: () => number) {
    this.#stored = stored
    this.#nowMs = nowMs
  }

  hasRoom(): boolean {
    return this.#open.size + this.#inFlight.size + this.#repeats.size < openProducersMax
  }

  /**
   * Runs `work` once for a span. An equal span on its way is waited for and shares its outcome; one that
   * overlaps is waited for; what has come before is a duplicate, and where only a part of it has, the
   * outcome says which part has not.
   */
  async once(span: ProducerSpan, work: () => Promise<IngestOutcome>): Promise<IngestOutcome> {
    let running = this.#overlapping(span)
    while (running !== undefined) {
      if (isSame(running.span, span)) return repeated(await running.outcome)
      // Its error is told to whoever sent it.
      await running.outcome.catch(() => null)
      running = this.#overlapping(span)
    }
    const wanted = wantedOf(this.#current(span.producer), span)
    if (wanted.length === 0) return this.#repeat(span)
    const [first, last] = wanted[0] ?? [0, 0]
    if (first !== span.first || last !== span.last) return { kind: 'sequence-overlap', wanted }
    const outcome = work()
    const flight = { span, outcome }
    this.#inFlight.set(span.producer, [...(this.#inFlight.get(span.producer) ?? []), flight])
    try {
      return await outcome
    } finally {
      this.#land(flight)
    }
  }

  /** A batch is durable. Called in the order of the journal, at once and when it is replayed. */
  account(minute: number, span: ProducerSpan, accepted: number, receivedMs: number): void {
    const { producer } = span
    const before = this.#current(producer) ?? newAccount(producer, receivedMs)
    const account = withBatch(before, { span, accepted, receivedMs })
    this.#open.set(producer, account)
    const accounts = this.#byMinute.get(minute) ?? new Map<string, ProducerAccount>()
    this.#byMinute.set(minute, accounts.set(producer, account))
  }

  /** What the closing of a minute has to write. */
  accountsOf(minute: number): readonly ProducerAccount[] {
    const accounts = new Map(this.#byMinute.get(minute))
    for (const producer of this.#repeats.keys()) {
      const known = accounts.get(producer) ?? this.#stored.find(producer)
      if (known !== null) accounts.set(producer, known)
    }
    return [...accounts.values()].map((account) => this.#withRepeats(account))
  }

  /** The book has written what `accountsOf` gave. */
  stored(minute: number, written: readonly ProducerAccount[]): void {
    for (const { producer, duplicates } of written) {
      if (this.#repeats.get(producer)?.duplicates === duplicates) this.#repeats.delete(producer)
    }
    for (const [producer, account] of this.#byMinute.get(minute) ?? []) {
      // A later minute may have changed it again.
      if (this.#open.get(producer) === account) this.#open.delete(producer)
    }
    this.#byMinute.delete(minute)
  }

  find(producer: string): ProducerAccount | null {
    const account = this.#current(producer)
    return account === null ? null : this.#withRepeats(account)
  }

  /** Those seen last first; with `onlyMissing` those that miss numbers. */
  list(limit: number, onlyMissing: boolean): ProducerAccount[] {
    const found = new Map<string, ProducerAccount>()
    for (const account of this.#stored.list(limit, onlyMissing)) {
      found.set(account.producer, this.#open.get(account.producer) ?? account)
    }
    for (const [producer, account] of this.#open) found.set(producer, account)
    return [...found.values()]
      .map((account) => this.#withRepeats(account))
      .filter(({ gaps, abandoned }) => !onlyMissing || gaps.length > 0 || abandoned > 0)
      .toSorted((a, b) => b.lastSeenMs - a.lastSeenMs || (a.producer < b.producer ? -1 : 1))
      .slice(0, limit)
  }

  /** Of all producers, those of open minutes included. */
  totals(): ProducerTotals {
    let totals = this.#stored.totals()
    for (const producer of new Set([...this.#open.keys(), ...this.#repeats.keys()])) {
      const before = this.#stored.find(producer)
      const now = this.find(producer)
      if (before !== null) totals = summed(totals, before, -1)
      if (now !== null) totals = summed(totals, now, 1)
    }
    return totals
  }

  #current(producer: string): ProducerAccount | null {
    return this.#open.get(producer) ?? this.#stored.find(producer)
  }

  #overlapping({ producer, first, last }: ProducerSpan): InFlight | undefined {
    return this.#inFlight
      .get(producer)
      ?.find(({ span }) => span.first <= last && span.last >= first)
  }

  #land(flight: InFlight): void {
    const { producer } = flight.span
    const others = (this.#inFlight.get(producer) ?? []).filter((each) => each !== flight)
    if (others.length === 0) this.#inFlight.delete(producer)
    else this.#inFlight.set(producer, others)
  }

  #repeat(span: ProducerSpan): IngestOutcome {
    const { producer } = span
    const known = this.#repeats.get(producer) ?? this.#stored.find(producer)
    const duplicates = (known?.duplicates ?? 0) + eventsOf(span)
    this.#repeats.set(producer, { duplicates, lastSeenMs: this.#nowMs() })
    return { kind: 'accepted', answer: duplicateAnswer(eventsOf(span)), page: '' }
  }

  #withRepeats(account: ProducerAccount): ProducerAccount {
    const repeats = this.#repeats.get(account.producer)
    if (repeats === undefined) {
      const { duplicates } = this.#stored.find(account.producer) ?? account
      return duplicates === account.duplicates ? account : { ...account, duplicates }
    }
    const lastSeenMs = Math.max(account.lastSeenMs, repeats.lastSeenMs)
    return { ...account, duplicates: repeats.duplicates, lastSeenMs }
  }
}

const isSame = (a: ProducerSpan, b: ProducerSpan): boolean =>
  a.first === b.first && a.last === b.last
