import type {
  AppendOutcome,
  Journal,
  JournalBatch,
  JournalStats,
} from '../../src/journal/contract.ts'

interface Waiting {
  readonly batch: JournalBatch
  readonly resolve: (outcome: AppendOutcome) => void
}

const failure: AppendOutcome = { ok: false, reason: 'io-error', detail: 'the test says so' }

/** A real journal some of whose groups fail, as a sync of the disk may: with all that waits behind them. */
export class FlakyJournal implements Journal {
  readonly #journal: Journal
  readonly #failsNext: () => boolean
  #waiting: Waiting[] = []
  #committing = false
  #failedGroups = 0

  constructor(journal: Journal, failsNext: () => boolean) {
    this.#journal = journal
    this.#failsNext = failsNext
  }

  get stats(): JournalStats {
    return { ...this.#journal.stats, failedGroups: this.#failedGroups }
  }

  append(batch: JournalBatch): Promise<AppendOutcome> {
    return new Promise((resolve) => {
      this.#waiting.push({ batch, resolve })
      if (!this.#committing) void this.#commitAll()
    })
  }

  async releaseThrough(minute: number): Promise<void> {
    await this.#journal.releaseThrough(minute)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#journal[Symbol.asyncDispose]()
  }

  async #commitAll(): Promise<void> {
    this.#committing = true
    await turn()
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0)
      if (this.#failsNext()) {
        // Others come while the disk is still trying.
        for (let i = 0; i < group.length % 3; i++) await turn()
        this.#failedGroups++
        for (const { resolve } of [...group, ...this.#waiting.splice(0)]) resolve(failure)
        continue
      }
      const outcomes = await Promise.all(group.map(({ batch }) => this.#journal.append(batch)))
      for (const [index, outcome] of outcomes.entries()) group[index]?.resolve(outcome)
    }
    this.#committing = false
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
