import { decodeTally } from '../page/tally-decoder.ts'
import { encodeTally } from '../page/tally-encoder.ts'
import { isDamage } from './checked.ts'
import { DamagedPage, type RedactRule } from './contract.ts'
import { type DayEntry, entriesOfPage, partEntriesFrom, storedEntries } from './day-entries.ts'
import type { DayPages } from './day-pages.ts'
import type { DaySet } from './day-set.ts'
import type { DayWriter, RollupToWrite } from './day-writer.ts'
import { changesKey, firstMinuteOfDay, minutesOfUnit, minutesPerDay } from './layout.ts'
import type { MetaState } from './meta-store.ts'
import { rulesOf } from './redact-rows.ts'
import { countGone, redactPage } from './redact-page.ts'
import { encodeChanges, type PageChange, sealChanges } from './redaction-chain.ts'
import { rollUp } from './rollup.ts'
import { StoredPage } from './stored-page.ts'

/** What a redaction works with. */
export interface RebuildBook {
  readonly days: DaySet
  readonly state: () => MetaState
  /** Looks for free space, then writes; what fails comes out as DiskTrouble. */
  readonly write: (bytes: number, action: () => void) => void
}

/** The pages of a day that lose events. */
export interface DayPlan {
  readonly day: string
  readonly minutes: ReadonlySet<number>
  readonly events: number
  readonly damagedPages: number
}

/** Bytes and pages of one transaction: about 20 ms of them, so that a minute that closes does not wait. */
const batchBytes = 1024 * 1024
const batchPages = 64

/** Which pages of a day lose how many events. Yields now and then. */
export function* planDay(
  { days, state }: RebuildBook,
  day: string,
  rules: readonly RedactRule[],
): Generator<null, DayPlan> {
  const minutes = new Set<number>()
  let events = 0
  let damagedPages = 0
  for (const minute of visibleMinutes(days, state(), day)) {
    const reaching = rulesOf(rules, minute)
    if (reaching.length === 0) break
    yield null
    try {
      const gone = yield* countGone(() => currentPages(days, day), minute, reaching)
      if (gone > 0) minutes.add(minute)
      events += gone
    } catch (error) {
      if (error instanceof DayGone) break
      if (!isDamagedPage(error)) throw error
      damagedPages++
    }
  }
  return { day, minutes, events, damagedPages }
}

/** A day that was dropped while others had their turn. */
export class DayGone extends Error {}

/** Throws DayGone. */
function currentPages(days: DaySet, day: string): DayPages {
  // To ask for the environment of a day that is not there would make it.
  if (days.record(day) === null) throw new DayGone(`${day} has been dropped`)
  return days.writer(day).pages
}

function visibleMinutes(days: DaySet, state: MetaState, day: string, after = -1): number[] {
  const record = days.record(day)
  if (record === null || record.pages === 0) return []
  const start = firstMinuteOfDay(day)
  const from = Math.max(start, state.droppedBefore ?? 0, (record.asideThrough ?? -1) + 1, after + 1)
  const through = Math.min(start + minutesPerDay - 1, state.closedThrough ?? -1)
  if (from > through) return []
  return days.writer(day).pages.minutes(from, through, minutesPerDay, 'asc')
}

/**
 * Builds the next generation of a day beside the one that is read. `fill` goes in steps; then `finish` must be called
 * and its result committed in the same turn, because minutes of the day may close between any two turns.
 */
export class DayRebuild {
  readonly changes: PageChange[] = []
  /** By which the day's pages shrink. */
  bytesFreed = 0
  damagedPages = 0
  readonly #book: RebuildBook
  readonly #plan: DayPlan
  readonly #rules: readonly RedactRule[]
  readonly #into: DayWriter
  readonly #redacted = new Set<number>()
  #batch: DayEntry[] = []
  #batchBytes = 0
  #batchPages = 0
  #copiedThrough = -1

  constructor(
    book: RebuildBook,
    plan: DayPlan,
    { rules, into }: { readonly rules: readonly RedactRule[]; readonly into: DayWriter },
  ) {
    this.#book = book
    this.#plan = plan
    this.#rules = rules
    this.#into = into
  }

  /** Copies and redacts all pages that have closed, and sums up the roll-ups of those that have changed. Throws DayGone. */
  *fill(): Generator<null> {
    const { days, state } = this.#book
    for (;;) {
      const minutes = visibleMinutes(days, state(), this.#plan.day, this.#copiedThrough)
      if (minutes.length === 0) break
      for (const minute of minutes) {
        yield* this.#page(minute)
        this.#copiedThrough = minute
        if (this.#batchBytes < batchBytes && this.#batchPages < batchPages) continue
        this.#flush()
        yield null
      }
    }
    this.#flush()
    for (const unit of ['hour', 'day'] as const) {
      for (const rollup of this.#old().rollups()) {
        if (rollup.unit !== unit || !this.#isStale(rollup)) continue
        this.#sumUp(rollup)
        yield null
      }
    }
  }

  /** What has come since, and what belongs to the day as a whole. */
  finish(redaction: number): { readonly list: Buffer } {
    const old = this.#old()
    const { days, state } = this.#book
    for (const minute of visibleMinutes(days, state(), this.#plan.day, this.#copiedThrough)) {
      this.#add(storedEntries(old, minute))
      this.#copiedThrough = minute
    }
    // Blocks of the minutes that are open, and a page whose closing is not committed yet.
    const open = Math.max(this.#copiedThrough, state().closedThrough ?? -1) + 1
    this.#add(partEntriesFrom(old, open))
    const end = firstMinuteOfDay(this.#plan.day) + minutesPerDay - 1
    for (const minute of old.minutes(open, end, minutesPerDay, 'asc')) {
      this.#add(storedEntries(old, minute))
    }
    this.#addDigests(old)
    this.#flush()
    this.#copyRollups(old)
    this.#addEarlierLists(old, redaction)
    const list = encodeChanges(this.changes)
    this.#add([{ table: 'rollups', key: changesKey(redaction), value: sealChanges(list) }])
    this.#flush()
    return { list }
  }

  #old(): DayPages {
    return currentPages(this.#book.days, this.#plan.day)
  }

  *#page(minute: number): Generator<null> {
    if (this.#plan.minutes.has(minute)) {
      try {
        const rules = rulesOf(this.#rules, minute)
        const done = yield* redactPage(() => this.#old(), minute, rules)
        if (done !== null) {
          this.changes.push(done.change)
          this.bytesFreed += done.bytesBefore - done.bytesSince
          this.#redacted.add(minute)
          this.#add(entriesOfPage(done.page))
          return
        }
      } catch (error) {
        if (!isDamagedPage(error)) throw error
        this.damagedPages++
      }
    }
    this.#add(storedEntries(this.#old(), minute))
  }

  /** Those of the pages that have stayed what they were. */
  #addDigests(old: DayPages): void {
    const first = this.#book.state().droppedBefore ?? 0
    for (const key of old.digestKeys()) {
      const minute = key.readUInt32BE(8)
      if (minute < first || this.#redacted.has(minute)) continue
      this.#add([{ table: 'digests', key, value: nothing }])
    }
  }

  #addEarlierLists(old: DayPages, redaction: number): void {
    for (const key of old.changesKeys(redaction)) {
      const value = old.changes(key.readUInt32BE(1))?.slice() ?? null
      if (value !== null) this.#add([{ table: 'rollups', key, value }])
    }
  }

  #copyRollups(old: DayPages): void {
    const kept: RollupToWrite[] = []
    const first = this.#book.state().droppedBefore ?? 0
    for (const rollup of old.rollups()) {
      const { unit, start } = rollup
      if (start < first) continue
      if (this.#isStale(rollup)) this.#sumUp(rollup)
      else {
        const tally = readOrNull(() => old.rollup(unit, start)?.slice() ?? null)
        if (tally !== null) kept.push({ unit, start, tally })
      }
    }
    this.#book.write(sizeOf(kept), () => this.#into.putRollups(kept))
  }

  /** Whether a page that has changed counts in it. */
  #isStale({ unit, start }: Rollup): boolean {
    const end = start + minutesOfUnit(unit)
    return this.changes.some(({ minute }) => minute >= start && minute < end)
  }

  /** Sums up a roll-up that counted a page as it was, unless that has been done. */
  #sumUp({ unit, start }: Rollup): void {
    const pages = this.#into.pages
    if (readOrNull(() => pages.rollup(unit, start)) !== null) return
    const source = {
      minutes: (from: number, through: number) =>
        pages.minutes(from, through, minutesPerDay, 'asc'),
      tally: (minute: number) => {
        const bytes = StoredPage.read(pages, minute)?.tally(pages) ?? null
        return bytes === null ? null : decodeTally(bytes)
      },
      storedHour: () => null,
    }
    // A damaged page leaves them unwritten: readers then come upon the damage themselves.
    const merged = readOrNull(() => rollUp(source, unit, start))
    if (merged === null) return
    const rollup = { unit, start, tally: encodeTally(merged) }
    this.#book.write(rollup.tally.length, () => this.#into.putRollups([rollup]))
  }

  #add(entries: readonly DayEntry[]): void {
    this.#batch.push(...entries)
    for (const { value } of entries) this.#batchBytes += value.length + entryBytes
    this.#batchPages++
  }

  #flush(): void {
    const batch = this.#batch
    if (batch.length === 0) return
    this.#book.write(this.#batchBytes, () => this.#into.putEntries(batch))
    this.#batch = []
    this.#batchBytes = 0
    this.#batchPages = 0
  }
}

type Rollup = Pick<RollupToWrite, 'unit' | 'start'>

/** Key and head of an entry, about. */
const entryBytes = 64
const nothing = Buffer.alloc(0)

function sizeOf(rollups: readonly RollupToWrite[]): number {
  return rollups.reduce((sum, { tally }) => sum + tally.length + entryBytes, 0)
}

function isDamagedPage(error: unknown): boolean {
  return error instanceof DamagedPage || isDamage(error)
}

/** Null for what is damaged. */
function readOrNull<T>(read: () => T | null): T | null {
  try {
    return read()
  } catch (error) {
    if (isDamagedPage(error)) return null
    throw error
  }
}
