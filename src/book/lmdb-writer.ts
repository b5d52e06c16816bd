import type { EncodedBlock, Summary } from '../page/contract.ts'
import { encodeDirectory } from '../page/directory.ts'
import { encodeSummary, linkOf } from '../page/summary.ts'
import { encodeTally } from '../page/tally-encoder.ts'
import { createHash } from 'node:crypto'
import { type AsideDay, openDays } from './book-open.ts'
import { CatalogueKeeper, cataloguePairsMaxDefault } from './catalogue-keeper.ts'
import type {
  BookState,
  BookStats,
  CloseRequest,
  ClosedMinute,
  DropReport,
  RedactReport,
  RedactRequest,
} from './contract.ts'
import { bytesOnDisk, type DaySet } from './day-set.ts'
import { DiskTrouble, onDisk, requireSpace } from './disk-trouble.ts'
import { commitDrop, deleteDropped, planDrop } from './drop.ts'
import { KeyStore, type KeyStoreLimits } from './key-store.ts'
import { grown } from './grown-day.ts'
import { dayOfMinute } from './layout.ts'
import { createDirectory } from './lmdb-env.ts'
import { bookState, type DayRecord, type MetaState, MetaStore } from './meta-store.ts'
import { PageDraft } from './page-draft.ts'
import type { RedactionChain } from './redaction-chain.ts'
import { redactBook } from './redaction.ts'
import type { RetentionFacts } from './retention.ts'
import { finishedRollups } from './page-rollups.ts'
import { chainFindings } from './verify-redactions.ts'

export interface LmdbWriterOptions {
  /** `<data>/book`. */
  readonly directory: string
  readonly keys: KeyStoreLimits
  /** Free space below which nothing is written, in bytes: LMDB rewrites pages before it frees the old ones. */
  readonly reserveBytes: number
  readonly now: () => number
  /** Pairs that the catalogue keeps at most; left out: its default. */
  readonly cataloguePairsMax?: number
}

export const reserveBytesDefault = 1024 * 1024

/** How long the generation before a redaction stays for those who read it: longer than any query may take by default. */
export const leftGenerationMs = 60_000

/**
 * Owns the book's write handles. Every method is synchronous and durable when it returns. A method that
 * throws DiskTrouble has changed nothing that a reader sees, and may be called again with the same request.
 */
export class LmdbWriter implements Disposable {
  readonly #options: LmdbWriterOptions
  readonly #meta: MetaStore
  readonly #days: DaySet
  readonly #keys: KeyStore
  readonly #catalogue: CatalogueKeeper
  readonly #drafts = new Map<number, PageDraft>()
  /** Directories of generations that redactions have replaced, and since when. */
  readonly #left: { readonly directory: string; readonly atMs: number }[] = []
  /** Directories that could not be opened and were set aside when the book was. */
  readonly aside: readonly AsideDay[]
  #state: MetaState

  /** Throws NewerBookFormat, DamagedValue of the book's own records, DiskTrouble. */
  constructor(options: LmdbWriterOptions) {
    const { directory } = options
    this.#options = options
    createDirectory(directory)
    this.#meta = new MetaStore(directory, 'write')
    this.#state = this.#meta.state()
    const opened = openDays(directory, this.#meta, this.#state)
    this.#days = opened.days
    this.#keys = new KeyStore(directory, options.keys)
    const catalogue = {
      book: directory,
      pairsMax: options.cataloguePairsMax ?? cataloguePairsMaxDefault,
      write: (bytes: number, action: () => void) => this.#write(bytes, action),
      redactions: () => this.#meta.redactions(),
    }
    this.#catalogue = new CatalogueKeeper(catalogue, this.#days)
    const keys = this.#keys.aside.map((each) => ({ day: 'keys', pages: 0, ...each }))
    this.aside = [...opened.aside, ...keys]
    if (this.#state.closedThrough !== null) this.#keys.sweepAfter(this.#state.closedThrough)
  }

  get state(): BookState {
    return bookState(this.#state)
  }

  /**
   * Stores a block of an open minute, invisible until the minute closes. A small first block only stays in
   * memory, to become part of the page's record: the journal holds its events until the page is durable.
   */
  putBlock(minute: number, block: EncodedBlock): void {
    this.#mustBeOpen(minute)
    const draft = this.#drafts.get(minute) ?? new PageDraft(minute)
    if (!draft.canHold(block)) {
      this.#write(block.bytes.length, () => {
        this.#days.writer(dayOfMinute(minute)).putBlock(minute, block)
      })
    }
    draft.add(block)
    this.#drafts.set(minute, draft)
  }

  /**
   * The order is the promise: page, then keys, then the state that makes both visible, each synced. A crash
   * between them leaves a page that the next start sweeps, and the journal brings it again.
   */
  close(request: CloseRequest): ClosedMinute {
    const startedMs = performance.now()
    const { minute, answers } = request
    this.#mustBeOpen(minute)
    const draft = this.#draftOf(request)
    const written = draft === null ? null : this.#writePage(draft, request)
    if (answers.length > 0) {
      const bytes = answers.length * answerBytesGuess
      this.#write(bytes, () => this.#keys.add(minute, answers, request.closedAtMs))
    }
    this.#commitClose(request, written)
    for (const each of this.#drafts.keys()) if (each <= minute) this.#drafts.delete(each)
    this.unlinkLeft()
    return { minute, summary: written?.summary ?? null, tookMs: performance.now() - startedMs }
  }

  drop(beforeMinute: number, dryRun: boolean, why: string, atMs?: number): DropReport {
    const through = this.#state.closedThrough
    const before = Math.min(beforeMinute, through === null ? 0 : through + 1)
    const plan = planDrop(this.#days, this.#state, before)
    if (dryRun || before <= (this.#state.droppedBefore ?? 0)) return plan.report
    this.#catalogue.beforeDrop(this.#state, before)
    const { directory, reserveBytes, now } = this.#options
    onDisk(directory, reserveBytes, () => {
      this.#state = commitDrop(this.#meta, this.#state, { plan, why, atMs: atMs ?? now() })
    })
    try {
      onDisk(directory, reserveBytes, () => deleteDropped(this.#days, plan))
    } catch (error) {
      // It is gone for every reader; the next start deletes what is left.
      if (!(error instanceof DiskTrouble)) throw error
    }
    return plan.report
  }

  /**
   * Removes events from closed pages, step by step: other methods may be called between two steps. `return` gives it up.
   * Throws DiskTrouble; the day it came to is then as it was.
   */
  *redact(request: RedactRequest): Generator<null, RedactReport> {
    const { directory } = this.#options
    const reserveBytes = Math.max(this.#options.reserveBytes, request.keepFreeBytes ?? 0)
    // The catalogue keeps what a retention removes, so it must have seen it.
    if (!request.dryRun) this.#catalogue.beforeDrop(this.#state, 0xffff_ffff)
    const report = yield* redactBook(
      {
        directory,
        reserveBytes,
        meta: this.#meta,
        days: this.#days,
        state: () => this.#state,
        write: (bytes, action) => this.#write(bytes, action, reserveBytes),
        committed: (state, before) => {
          this.#state = state
          if (before !== null) this.#left.push({ directory: before, atMs: performance.now() })
        },
      },
      request,
    )
    if (!request.dryRun) yield* this.#followRedaction()
    return report
  }

  /** So that whoever asked for a redaction does not find in the catalogue what it has removed. */
  *#followRedaction(): Generator<null> {
    try {
      while (this.#catalogue.catchUp(this.#state)) yield null
    } catch (error) {
      // What a full disk prevents is done after the next minute.
      if (!(error instanceof DiskTrouble)) throw error
    }
  }

  /** Unlinks generations that readers have had time to leave. */
  unlinkLeft(keptMs: number = leftGenerationMs): void {
    const before = performance.now() - keptMs
    for (
      let left = this.#left[0];
      left !== undefined && left.atMs <= before;
      left = this.#left[0]
    ) {
      this.#days.unlink(left.directory)
      this.#left.shift()
    }
  }

  /**
   * Brings the catalogue up to the pages, a few dozen at a time: to be called after a close and when the book
   * has been opened, until it says that none is left. What closes a minute does not wait for it.
   */
  catchUp(): { readonly isBehind: boolean; readonly aside: readonly AsideDay[] } {
    const isBehind = this.#catalogue.catchUp(this.#state)
    return { isBehind, aside: this.#catalogue.takeAside() }
  }

  /** What planRetention asks for. */
  retentionFacts(): RetentionFacts {
    const { closedThrough, droppedBefore } = this.#state
    const records = this.#days.records
    const newest = records.at(-1)
    const days = records.map((record) => ({
      day: record.day,
      bytes: record === newest ? record.bytes : this.#days.bytesOnDisk(record),
      firstMinute: record.firstMinute,
      lastMinute: record.lastMinute,
    }))
    const lastDropMs = this.#meta.drops().at(-1)?.atMs ?? null
    return { closedThrough, droppedBefore, lastDropMs, days }
  }

  redactions(): RedactionChain {
    const entries = this.#meta.redactions()
    const { redactionCount: count, redactionHead: head } = this.#state
    return { entries, findings: chainFindings(entries, { count, head }) }
  }

  stats(): BookStats {
    const days = this.#days.records.filter((day) => day.pages > 0)
    return {
      pages: days.reduce((sum, day) => sum + day.pages, 0),
      events: days.reduce((sum, day) => sum + day.events, 0),
      bytesOnDisk: bytesOnDisk(this.#options.directory),
      oldestMinute: days[0]?.firstMinute ?? null,
      newestMinute: days.at(-1)?.lastMinute ?? null,
    }
  }

  [Symbol.dispose](): void {
    this.#catalogue.close()
    this.#days.close()
    this.#keys.close()
    this.#meta.close()
  }

  #mustBeOpen(minute: number): void {
    const through = this.#state.closedThrough
    if (through === null || minute > through) return
    throw new Error(`minute ${minute} has closed: the book is closed through ${through}`)
  }

  #draftOf({ minute, partCount }: CloseRequest): PageDraft | null {
    for (const each of this.#drafts.keys()) {
      if (each < minute) throw new Error(`minute ${each} holds blocks and has not been closed`)
    }
    const draft = this.#drafts.get(minute) ?? null
    const count = draft?.blockCount ?? 0
    if (count === partCount) return draft
    throw new Error(`minute ${minute} has ${count} blocks, and is to be closed with ${partCount}`)
  }

  #writePage(draft: PageDraft, request: CloseRequest): { summary: Summary; day: DayRecord } {
    const { minute, closedAtMs } = request
    const day = dayOfMinute(minute)
    const entries = draft.entries()
    const directory = encodeDirectory(minute, entries)
    const digest = createHash('sha256').update(directory).digest()
    const previous = Buffer.from(this.#state.chainHead, 'hex')
    const tally = draft.tally()
    const summary: Summary = {
      minute,
      eventCount: tally.eventCount,
      levels: tally.levels,
      bytes: directory.length + entries.reduce((sum, entry) => sum + entry.bytes, 0),
      digest,
      previous,
      link: linkOf(previous, minute, digest),
      timestampMinMs: tally.timestampMinMs,
      timestampMaxMs: tally.timestampMaxMs,
      receivedMinMs: tally.receivedMinMs,
      receivedMaxMs: tally.receivedMaxMs,
      closedAtMs,
    }
    const page = {
      minute,
      digest,
      directory,
      summary: encodeSummary(summary),
      tally: encodeTally(tally),
      held: draft.held(),
      isAllHeld: draft.isAllHeld(),
    }
    this.#write(summary.bytes + page.tally.length, () => {
      const rollups = finishedRollups(this.#days, minute, tally)
      this.#days.writer(day).putPage(page, rollups)
    })
    return {
      summary,
      day: grown(this.#days.record(day), day, summary, this.#days.writer(day).generation),
    }
  }

  #commitClose(request: CloseRequest, written: { summary: Summary; day: DayRecord } | null): void {
    const { minute, firstMinute, lastSequence } = request
    const head = written === null ? null : Buffer.from(written.summary.link).toString('hex')
    const state: MetaState = {
      ...this.#state,
      firstMinute: this.#state.firstMinute ?? firstMinute ?? minute,
      closedThrough: minute,
      lastSequence: Math.max(lastSequence, this.#state.lastSequence),
      chainHead: head ?? this.#state.chainHead,
    }
    const producers = request.producers ?? []
    const days = written === null ? [] : [written.day]
    this.#write(producers.length * producerBytesGuess, () => {
      this.#meta.commit({ state, days, producers })
    })
    this.#state = state
    if (written !== null) this.#days.replace(written.day)
    this.#days.closeBefore(dayOfMinute(minute))
  }

  #write(bytes: number, action: () => void, reserveBytes = this.#options.reserveBytes): void {
    const { directory } = this.#options
    const needed = bytes + reserveBytes
    requireSpace(directory, needed)
    onDisk(directory, needed, action)
  }
}

/** An account changes at most a leaf of the tree in each of four places, as LMDB writes pages anew. */
const producerBytesGuess = 4 * 4_096
/** A key, its index entry and its compressed answer. */
const answerBytesGuess = 256
