import type { KeyedAnswer } from '../book/contract.ts'
import type { IngestOutcome } from './contract.ts'
import { asDuplicate } from './answer.ts'

/** Answers kept in memory until their minute is a page; beyond, batches with a key are put off. */
export const openAnswersMax = 200_000
/** Characters of those answers: one that lists refusals may be long. */
export const openAnswerCharsMax = 64 * 1024 * 1024

interface InFlight {
  readonly bodyHash: string
  readonly outcome: Promise<IngestOutcome>
}

/**
 * What is known of idempotency keys: batches on their way, answers of minutes that are not pages yet, and
 * behind them the store of older answers.
 */
export class Keys {
  readonly #inFlight = new Map<string, InFlight>()
  readonly #open = new Map<string, KeyedAnswer>()
  readonly #byMinute = new Map<number, KeyedAnswer[]>()
  #openChars = 0
  readonly #lookup: (key: string) => KeyedAnswer | null

  constructor(lookup: (key: string) => KeyedAnswer | null) {
    this.#lookup = lookup
  }

  get openCount(): number {
    return this.#open.size
  }

  hasRoom(): boolean {
    const count = this.#open.size + this.#inFlight.size
    return count < openAnswersMax && this.#openChars < openAnswerCharsMax
  }

  /**
   * Runs `work` once for a key: an equal batch on its way is waited for and shares its outcome, one that
   * was acknowledged before is answered again, another body under the key is a conflict.
   */
  once(key: string, bodyHash: string, work: () => Promise<IngestOutcome>): Promise<IngestOutcome> {
    const running = this.#inFlight.get(key)
    if (running !== undefined) {
      if (running.bodyHash !== bodyHash) return Promise.resolve({ kind: 'key-conflict' })
      return running.outcome.then(repeated)
    }
    const known = this.#open.get(key) ?? this.#lookup(key)
    if (known !== null) return Promise.resolve(answerAgain(known, bodyHash))
    const outcome = work().finally(() => this.#inFlight.delete(key))
    this.#inFlight.set(key, { bodyHash, outcome })
    return outcome
  }

  /** Remembers the answer of a batch that is durable. */
  keep(minute: number, answer: KeyedAnswer): void {
    this.#open.set(answer.key, answer)
    this.#openChars += answer.answer.length
    const list = this.#byMinute.get(minute)
    if (list === undefined) this.#byMinute.set(minute, [answer])
    else list.push(answer)
  }

  answersOf(minute: number): readonly KeyedAnswer[] {
    return this.#byMinute.get(minute) ?? []
  }

  /** Forgets a minute's answers: the store has them now. */
  stored(minute: number): void {
    for (const { key, answer } of this.answersOf(minute)) {
      this.#open.delete(key)
      this.#openChars -= answer.length
    }
    this.#byMinute.delete(minute)
  }
}

function answerAgain(known: KeyedAnswer, bodyHash: string): IngestOutcome {
  if (known.bodyHash !== bodyHash) return { kind: 'key-conflict' }
  return { kind: 'accepted', answer: asDuplicate(known.answer), page: pageOf(known.answer) }
}

/** The outcome for whoever sent the same batch while it was on its way. */
export function repeated(outcome: IngestOutcome): IngestOutcome {
  if (outcome.kind !== 'accepted') return outcome
  return { ...outcome, answer: asDuplicate(outcome.answer) }
}

function pageOf(answer: string): string {
  const parsed: unknown = JSON.parse(answer)
  if (typeof parsed !== 'object' || parsed === null || !('page' in parsed)) return ''
  return String(parsed.page)
}
