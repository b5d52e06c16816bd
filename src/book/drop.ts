import type { Summary } from '../page/contract.ts'
import { isDamage } from './checked.ts'
import type { DropReport } from './contract.ts'
import type { DaySet } from './day-set.ts'
import { linkDrop } from './drop-chain.ts'
import { StoredPage } from './stored-page.ts'
import { firstMinuteOfDay, minutesPerDay } from './layout.ts'
import type { DayRecord, MetaState, MetaStore } from './meta-store.ts'

export interface DropPlan {
  readonly report: DropReport
  /** Days that go with their directory. */
  readonly whole: readonly DayRecord[]
  /** The day that loses its first pages, as it will be; null when the cut is between days. */
  readonly cut: DayRecord | null
  /** Link of the newest page that goes, hex. */
  readonly lastLink: string
}

/** What goes when pages before `before` are dropped. Changes nothing. */
export function planDrop(days: DaySet, state: MetaState, before: number): DropPlan {
  const through = state.closedThrough ?? -1
  const whole: DayRecord[] = []
  let cut: DayRecord | null = null
  let gone = { pages: 0, events: 0, bytes: 0 }
  for (const record of days.records) {
    const start = firstMinuteOfDay(record.day)
    if (start >= before) break
    const end = start + minutesPerDay
    if (end <= before || (end <= through + 1 && record.lastMinute < before)) {
      whole.push(record)
      gone = plus(gone, record)
      continue
    }
    const cutPages = summariesIn(days, record, before)
    for (const summary of cutPages) {
      gone = plus(gone, { pages: 1, events: summary.eventCount, bytes: summary.bytes })
    }
    if (cutPages.length > 0) cut = cutRecord(days, record, cutPages, before)
  }
  const report: DropReport = {
    beforeMinute: before,
    minutes: gone.pages,
    events: gone.events,
    bytes: gone.bytes,
    days: whole.map((record) => record.day),
  }
  return { report, whole, cut, lastLink: linkBefore(days, state, before) }
}

/**
 * Says durably what is gone, and only then deletes. What a full disk or a crash leaves undeleted is
 * invisible, and the next start deletes it.
 */
export function commitDrop(
  meta: MetaStore,
  days: DaySet,
  state: MetaState,
  request: { readonly plan: DropPlan; readonly why: string; readonly atMs: number },
): MetaState {
  const { plan, why, atMs } = request
  const entry = linkDrop({
    number: state.dropCount + 1,
    atMs,
    beforeMinute: plan.report.beforeMinute,
    why,
    pages: plan.report.minutes,
    events: plan.report.events,
    lastLink: plan.lastLink,
    previous: state.dropHead,
  })
  const next: MetaState = {
    ...state,
    droppedBefore: plan.report.beforeMinute,
    dropCount: entry.number,
    dropHead: entry.link,
  }
  meta.commit({
    state: next,
    days: plan.cut === null ? [] : [plan.cut],
    daysGone: plan.whole.map((record) => record.day),
    drops: [entry],
  })
  for (const { day } of plan.whole) days.unlink(day)
  if (plan.cut !== null) {
    days.replace(plan.cut)
    days.writer(plan.cut.day).trimBefore(plan.report.beforeMinute)
  }
  return next
}

function summariesIn(days: DaySet, record: DayRecord, before: number): Summary[] {
  if (record.generation === 0 || record.firstMinute >= before) return []
  const pages = days.writer(record.day).pages
  const summaries: Summary[] = []
  for (const minute of pages.minutes(record.firstMinute, before - 1, minutesPerDay, 'asc')) {
    const summary = readSummary(days, record.day, minute)
    if (summary !== null) summaries.push(summary)
  }
  return summaries
}

function cutRecord(
  days: DaySet,
  record: DayRecord,
  cut: readonly Summary[],
  before: number,
): DayRecord {
  const pages = days.writer(record.day).pages
  const [first] = pages.minutes(before, record.lastMinute, 1, 'asc')
  return {
    ...record,
    pages: record.pages - cut.length,
    events: record.events - cut.reduce((sum, each) => sum + each.eventCount, 0),
    bytes: record.bytes - cut.reduce((sum, each) => sum + each.bytes, 0),
    firstMinute: first ?? record.lastMinute,
  }
}

/** The link that the oldest page from `before` on names as its previous; the newest link without one. */
function linkBefore(days: DaySet, state: MetaState, before: number): string {
  for (const record of days.records) {
    if (record.pages === 0 || record.lastMinute < before) continue
    const pages = days.writer(record.day).pages
    for (const minute of pages.minutes(before, record.lastMinute, 1, 'asc')) {
      const summary = readSummary(days, record.day, minute)
      if (summary !== null) return Buffer.from(summary.previous).toString('hex')
    }
  }
  return state.chainHead
}

/** Null when the page is damaged: it can be dropped all the same. */
function readSummary(days: DaySet, day: string, minute: number): Summary | null {
  try {
    return StoredPage.read(days.writer(day).pages, minute)?.summary ?? null
  } catch (error) {
    if (isDamage(error)) return null
    throw error
  }
}

interface Totals {
  readonly pages: number
  readonly events: number
  readonly bytes: number
}

function plus(a: Totals, b: Totals): Totals {
  return { pages: a.pages + b.pages, events: a.events + b.events, bytes: a.bytes + b.bytes }
}
