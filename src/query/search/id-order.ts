import type { BlockEntry } from '../../page/contract.ts'
import { asPage } from '../page-source.ts'
import { openKept } from './open-kept.ts'
import type { Run, Stretch } from './run.ts'
import type { SortKey } from './sort-key.ts'
import type { OrderRequest } from './time-order.ts'

const minuteMs = 60_000
const lastMinute = 0xffff_ffff

/**
 * Events in the order of their ids, which is that of their receipt: page after page, block after block. Yields
 * null after each page and block. Throws DamagedPage.
 */
export function* idOrder(request: OrderRequest): Generator<Stretch | null> {
  const { context, matcher, sign } = request
  const [from, through] = minutesOf(request)
  const order = sign > 0 ? 'asc' : 'desc'
  for (const summary of context.blocks.summaries(from, through, order)) {
    if (!matcher.mayMatchPage(summary)) continue
    context.meter.count({ minutes: 1 })
    const entries = context.blocks.entries(summary.minute) ?? []
    for (const entry of sign > 0 ? entries : entries.toReversed()) {
      const run = runOf(request, summary.minute, entry)
      yield run === null ? null : { run, from: 0, to: run.rows.length }
    }
    yield null
  }
}

/** The oldest minute with a page among those that are left; the newest minute when there is none. */
export function oldestById(request: OrderRequest): number {
  const [from, through] = minutesOf(request)
  for (const { minute } of request.context.blocks.summaries(from, through, 'asc')) return minute
  return through
}

/** The minutes that can hold events of the selection; the cursor's own among them. */
function minutesOf({ matcher, sign, after, through }: OrderRequest): readonly [number, number] {
  const { from, to } = matcher.selection
  const first = from === null ? 0 : Math.max(0, Math.floor(from.ms / minuteMs))
  const last = to === null ? lastMinute : Math.floor(to.ms / minuteMs)
  const newest = Math.min(last, through)
  if (after === null) return [first, newest]
  return sign > 0
    ? [Math.max(first, after.minute), newest]
    : [first, Math.min(newest, after.minute)]
}

function runOf(request: OrderRequest, minute: number, entry: BlockEntry): Run | null {
  const { context, matcher, sign, after } = request
  if (!matcher.mayMatchBlock(entry) || isPast(minute, entry.part, request)) return null
  context.meter.count({ blocks: 1, bytes: entry.bytes })
  const block = openKept(context, minute, entry)
  if (block === null) return null
  const matched = asPage(minute, () => matcher.rowsOf(block, entry))
  const all = matched ?? everyRow(entry.rowCount)
  const isCut = after !== null && after.minute === minute && after.part === entry.part
  const { rowNumbers } = block
  const isAfter = (row: number): boolean =>
    after === null || ((rowNumbers?.[row] ?? row) - after.row) * sign > 0
  const rows = isCut ? all.filter(isAfter) : all.slice()
  if (rows.length === 0) return null
  if (sign < 0) rows.reverse()
  return { minute, entry, rows, ms: null, nanos: null, rowNumbers }
}

/** Whether the whole block comes before the cursor's event. */
function isPast(minute: number, part: number, request: OrderRequest): boolean {
  const after: SortKey | null = request.after
  if (after === null || minute !== after.minute) return false
  return (part - after.part) * request.sign < 0
}

function everyRow(count: number): Uint16Array {
  const rows = new Uint16Array(count)
  for (let row = 0; row < count; row++) rows[row] = row
  return rows
}
