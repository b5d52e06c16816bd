import { DiskTrouble, requireSpace } from './disk-trouble.ts'
import type { RedactReport, RedactRequest, RedactRule } from './contract.ts'
import { DayWriter } from './day-writer.ts'
import { dayDirectory } from './layout.ts'
import type { DayRecord, MetaState, MetaStore } from './meta-store.ts'
import { DayGone, type DayPlan, DayRebuild, planDay, type RebuildBook } from './rebuild-day.ts'
import { digestOfChanges, linkRedaction } from './redaction-chain.ts'

export interface RedactionBook extends RebuildBook {
  readonly directory: string
  /** Free space that is left alone, in bytes. */
  readonly reserveBytes: number
  readonly meta: MetaStore
  /** Takes over what has been committed, and the directory of the generation before. */
  readonly committed: (state: MetaState, before: string | null) => void
}

/** A day from which pages are dropped meanwhile is begun anew; so often at most. */
const attemptsMax = 3

/**
 * Redacts the book, a day at a time: each day changes in one commit, or not at all. Yields now and then so that minutes
 * can close; to be given up by `return`. Throws DiskTrouble.
 */
export function* redactBook(
  book: RedactionBook,
  request: RedactRequest,
): Generator<null, RedactReport> {
  const { closedThrough } = book.state()
  const { dryRun } = request
  const rules = request.rules.map((rule) => clipped(rule, closedThrough))
  const { daysMax = Infinity } = request
  const plans: DayPlan[] = []
  for (const { day } of book.days.records) {
    if (plans.filter(({ minutes }) => minutes.size > 0).length >= daysMax) break
    const plan = yield* planDay(book, day, rules)
    if (plan.minutes.size > 0 || plan.damagedPages > 0) plans.push(plan)
  }
  const report = new RunningReport(plans, closedThrough)
  if (dryRun) return report.planned()
  // Before the first change: the largest day must find room beside itself.
  const largest = Math.max(0, ...plans.map(({ day }) => bytesOf(book, day)))
  if (largest > 0) requireSpace(book.directory, largest + book.reserveBytes)
  for (const plan of plans) {
    if (plan.minutes.size > 0) yield* redactDay(book, plan, { ...request, rules }, report)
  }
  return report.done()
}

/** What closes while it goes on is not meant. */
function clipped(rule: RedactRule, closedThrough: number | null): RedactRule {
  return { ...rule, beforeMinute: Math.min(rule.beforeMinute, (closedThrough ?? -1) + 1) }
}

function bytesOf({ days }: RedactionBook, day: string): number {
  const record = days.record(day)
  return record === null ? 0 : days.bytesOnDisk(record)
}

class RunningReport {
  readonly #plans: readonly DayPlan[]
  readonly closedThrough: number | null
  readonly days: string[] = []
  pages = 0
  events = 0
  bytes = 0
  damagedPages: number

  constructor(plans: readonly DayPlan[], closedThrough: number | null) {
    this.#plans = plans
    this.closedThrough = closedThrough
    this.damagedPages = plans.reduce((sum, plan) => sum + plan.damagedPages, 0)
  }

  planned(): RedactReport {
    const losing = this.#plans.filter(({ minutes }) => minutes.size > 0)
    return {
      closedThrough: this.closedThrough,
      pages: losing.reduce((sum, { minutes }) => sum + minutes.size, 0),
      events: losing.reduce((sum, { events }) => sum + events, 0),
      bytes: 0,
      days: losing.map(({ day }) => day),
      damagedPages: this.damagedPages,
    }
  }

  done(): RedactReport {
    const { closedThrough, pages, events, days, damagedPages } = this
    // What is left of a small page may take more than the whole did.
    const bytes = Math.max(0, this.bytes)
    return { closedThrough, pages, events, bytes, days, damagedPages }
  }
}

function* redactDay(
  book: RedactionBook,
  plan: DayPlan,
  request: RedactRequest,
  report: RunningReport,
): Generator<null> {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const record = book.days.record(plan.day)
    if (record === null) return
    const { droppedBefore } = book.state()
    const into = nextGeneration(book, record)
    let isAdopted = false
    try {
      const rebuild = new DayRebuild(book, plan, { rules: request.rules, into })
      yield* rebuild.fill()
      if (book.state().droppedBefore !== droppedBefore) continue
      if (rebuild.changes.length === 0) return
      // From here to the commit in one turn.
      commit(book, { plan, rebuild, into, request })
      isAdopted = true
      report.days.push(plan.day)
      report.pages += rebuild.changes.length
      report.events += rebuild.changes.reduce((sum, { events }) => sum + events, 0)
      report.bytes += rebuild.bytesFreed
      report.damagedPages += rebuild.damagedPages
      return
    } catch (error) {
      if (error instanceof DayGone) return
      throw error
    } finally {
      if (!isAdopted) abandon(book, into)
    }
  }
  throw new DiskTrouble('io-error', `pages of ${plan.day} are dropped again and again meanwhile`)
}

/** Each attempt under a name of its own: lmdb-js keeps an environment that was open by its path. */
function nextGeneration({ days, directory, write }: RedactionBook, record: DayRecord): DayWriter {
  const generation = days.newGeneration(record)
  let writer: DayWriter | null = null
  write(0, () => {
    writer = new DayWriter(directory, record.day, generation)
  })
  if (writer === null) throw new Error('no environment was made')
  return writer
}

interface Rebuilt {
  readonly plan: DayPlan
  readonly rebuild: DayRebuild
  readonly into: DayWriter
  readonly request: RedactRequest
}

function commit(book: RedactionBook, { plan, rebuild, into, request }: Rebuilt): void {
  const { days, meta } = book
  const number = book.state().redactionCount + 1
  const { list } = rebuild.finish(number)
  const record = days.record(plan.day)
  const state = book.state()
  if (record === null) throw new Error(`${plan.day} has gone`)
  const events = rebuild.changes.reduce((sum, change) => sum + change.events, 0)
  const { atMs, by, why, rules } = request
  const entry = linkRedaction({
    number,
    atMs,
    by,
    why,
    day: plan.day,
    rules,
    pages: rebuild.changes.length,
    events,
    list: digestOfChanges(list),
    previous: state.redactionHead,
  })
  const next = { ...state, redactionCount: number, redactionHead: entry.link }
  const changed = {
    ...record,
    generation: into.generation,
    events: record.events - events,
    bytes: record.bytes - rebuild.bytesFreed,
  }
  book.write(0, () => meta.commit({ state: next, days: [changed], redaction: entry }))
  book.committed(next, days.adopt(changed, into))
}

/** Unlinks what was begun. What a full disk or a crash leaves, the next start deletes. */
function abandon({ directory, days }: RedactionBook, into: DayWriter): void {
  into.close()
  days.unlink(dayDirectory(directory, into.day, into.generation))
}
