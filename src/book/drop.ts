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

/** Says durably what is gone. Nothing is deleted yet; readers no longer see it. */
export function commitDrop(
  meta: MetaStore,
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
  return next
}

/** Deletes what has been said to be gone. What a full disk or a crash leaves, the next start deletes. */
export function deleteDropped(days: DaySet, { whole, cut, report }: DropPlan): void {
  const directories = whole.map(({ day }) => days.forget(day))
  if (cut !== null) days.replace(cut)
  for (const directory of directories) if (directory !== null) days.unlink(directory)
  if (cut === null) return
  unlessDamaged(() => days.writer(cut.day).trimBefore(report.beforeMinute))
}

/** Null when the day's environment is damaged: what it holds can be dropped all the same. */
function unlessDamaged<T>(action: () => T): T | null {
  try {
    return action()
  } catch (error) {
    if (isDamage(error)) return null
    throw error
  }
}

function summariesIn(days: DaySet, record: DayRecord, before: number): Summary[] {
  if (record.generation === 0 || record.firstMinute >= before) return []
  const summaries: Summary[] = []
  const { firstMinute } = record
  const minutes = unlessDamaged(() =>
    days.writer(record.day).pages.minutes(firstMinute, before - 1, minutesPerDay, 'asc'),
  )
  for (const minute of minutes ?? []) {
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
    const minutes = unlessDamaged(() =>
      days.writer(record.day).pages.minutes(before, record.lastMinute, 1, 'asc'),
    )
    for (const minute of minutes ?? []) {
      const summary = readSummary(days, record.day, minute)
      if (summary !== null) return Buffer.from(summary.previous).toString('hex')
    }
  }
  return state.chainHead
}

/** Null when the page is damaged: it can be dropped all the same. */
function readSummary(days: DaySet, day: string, minute: number): Summary | null {
  return unlessDamaged(() => StoredPage.read(days.writer(day).pages, minute)?.summary ?? null)
}

interface Totals {
  readonly pages: number
  readonly events: number
  readonly bytes: number
}

function plus(a: Totals, b: Totals): Totals {
  return { pages: a.pages + b.pages, events: a.events + b.events, bytes: a.bytes + b.bytes }
}
