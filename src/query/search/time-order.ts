import type { BlockEntry } from '../../page/contract.ts'
import type { Matcher } from '../match/contract.ts'
import type { WorkContext } from '../work/contract.ts'
import { asPage } from '../page-source.ts'
import { groupPages, type PageTimes, pageTimesOf } from '../work/page-times.ts'
import { MergeHeap } from './merge-heap.ts'
import type { Run, Stretch } from './run.ts'
import { compareKeys, type SortKey } from './sort-key.ts'
import { openKept } from './open-kept.ts'
import { piecesOf } from './time-pieces.ts'
import { keyAt, type Span, timeRun } from './time-run.ts'

export interface OrderRequest {
  readonly context: WorkContext
  readonly matcher: Matcher
  /** 1: oldest first, -1: newest first. */
  readonly sign: 1 | -1
  /** Only events after this; null: all. */
  readonly after: SortKey | null
  /** The newest minute whose events are answered. */
  readonly through: number
}

/**
 * What may hold the next event. `bound` is the time of its first event at best (negated when the newest come
 * first): a group of pages, a page or a piece of a block is looked into when no event that is known comes before
 * that.
 */
type Node =
  | { readonly type: 'group'; readonly bound: number; readonly group: number }
  | { readonly type: 'page'; readonly bound: number; readonly minute: number }
  | {
      readonly type: 'piece'
      readonly bound: number
      readonly minute: number
      readonly entry: BlockEntry
      readonly span: Span
    }
  | { readonly type: 'run'; bound: number; readonly run: Run; at: number }

/**
 * Events in the order of time: a merge of blocks that opens each only when its turn has come, so that the
 * newest hundred cost a block or two however long the range is. Holds the rows of as many blocks as overlap in time.
 * Yields null after each page and block, so that the caller can let others run. Throws DamagedPage.
 */
export function* timeOrder(request: OrderRequest): Generator<Stretch | null> {
  const heap = new MergeHeap<Node>(request.sign > 0 ? isBefore : isBeforeReversed)
  const pages = yield* loadPages(request)
  pushGroups(heap, request, pages)
  yield null
  for (let node = heap.pop(); node !== undefined; node = heap.pop()) {
    if (node.type === 'group') pushPages(heap, request, { pages, group: node.group })
    else if (node.type === 'page') pushPieces(heap, request, { pages, minute: node.minute })
    else if (node.type === 'piece') pushRun(heap, request, node)
    else {
      const from = node.at
      advance(node, heap.peek(), request.sign)
      yield { run: node.run, from, to: node.at }
      if (node.at < node.run.rows.length) heap.push(node)
      else request.context.meter.hold({ bytes: -bytesOf(node.run) })
      continue
    }
    yield null
  }
}

/** The oldest minute with a page that may hold what is left; the newest minute when there is none. */
export function oldestByTime(request: OrderRequest): number {
  const span = spanOf(request)
  const { times, end } = pagesOf(request)
  for (let page = times.from; page < end; page++) {
    if (overlaps(spanOfPage(times, page), span)) return times.minuteOf(page)
  }
  return request.through
}

/** The pages that the search is about: those before `end`. */
interface Pages {
  readonly times: PageTimes
  readonly end: number
}

/** Loads the times of pages, with others let run. */
function* loadPages(request: OrderRequest): Generator<null, Pages> {
  yield* request.context.blocks.loadPageTimes?.() ?? []
  return pagesOf(request)
}

function pagesOf({ context, through }: OrderRequest): Pages {
  const { blocks } = context
  const times = blocks.pageTimes?.() ?? pageTimesOf(blocks.summaries(0, through, 'asc'))
  return { times, end: times.endOf(through) }
}

function spanOfPage(times: PageTimes, page: number): Span {
  return { minMs: times.minMsOf(page), maxMs: times.maxMsOf(page) }
}

function pushGroups(heap: MergeHeap<Node>, request: OrderRequest, { times, end }: Pages): void {
  const span = spanOf(request)
  const first = Math.floor(times.from / groupPages)
  for (let group = first; group * groupPages < end; group++) {
    const range = { minMs: times.groupMinMs(group), maxMs: times.groupMaxMs(group) }
    if (!overlaps(range, span)) continue
    heap.push({ type: 'group', bound: boundOf(range, request.sign), group })
  }
}

function pushPages(
  heap: MergeHeap<Node>,
  request: OrderRequest,
  { pages, group }: { readonly pages: Pages; readonly group: number },
): void {
  const { times } = pages
  const span = spanOf(request)
  const end = Math.min(pages.end, (group + 1) * groupPages)
  for (let page = Math.max(times.from, group * groupPages); page < end; page++) {
    const range = spanOfPage(times, page)
    if (!overlaps(range, span)) continue
    const bound = boundOf(range, request.sign)
    heap.push({ type: 'page', bound, minute: times.minuteOf(page) })
  }
}

function pushPieces(
  heap: MergeHeap<Node>,
  request: OrderRequest,
  { pages, minute }: { readonly pages: Pages; readonly minute: number },
): void {
  const { context, matcher, sign } = request
  const damage = pages.times.damageOf(minute)
  if (damage !== null) throw damage
  const summary = context.source.reader.summary(minute)
  // Null: the page has been dropped meanwhile.
  if (summary === null || !matcher.mayMatchPage(summary)) return
  const span = spanOf(request)
  context.meter.count({ minutes: 1 })
  for (const entry of context.blocks.entries(minute) ?? []) {
    if (!matcher.mayMatchBlock(entry)) continue
    for (const piece of piecesOf(entry)) {
      if (!overlaps(piece, span)) continue
      heap.push({ type: 'piece', bound: boundOf(piece, sign), minute, entry, span: piece })
    }
  }
}

function pushRun(
  heap: MergeHeap<Node>,
  request: OrderRequest,
  piece: Extract<Node, { type: 'piece' }>,
): void {
  const { context, matcher, sign, after } = request
  const { minute, entry, span } = piece
  context.meter.count({ blocks: 1, bytes: entry.bytes })
  const block = openKept(context, minute, entry)
  if (block === null) return
  const run = asPage(minute, () => {
    const rows = matcher.rowsOf(block, entry)
    return rows?.length === 0 ? null : timeRun(block, { entry, rows, span, sign, after })
  })
  if (run === null) return
  context.meter.hold({ bytes: bytesOf(run) })
  heap.push({ type: 'run', bound: sign * (run.ms?.[0] ?? 0), run, at: 0 })
}

/** Moves to the first row that does not come before `next`. */
function advance(node: Extract<Node, { type: 'run' }>, next: Node | undefined, sign: 1 | -1): void {
  const { run } = node
  const ms = run.ms ?? noTimes
  const count = run.rows.length
  let at = node.at + 1
  if (next === undefined) at = count
  else {
    while (at < count && sign * (ms[at] ?? 0) < next.bound) at++
    if (next.type === 'run') {
      const key = keyAt(next.run, next.at)
      while (at < count && compareKeys(keyAt(run, at), key) * sign < 0) at++
    }
  }
  node.at = at
  node.bound = sign * (ms[at] ?? 0)
}

const noTimes = new Float64Array(0)

/** What the selection and the cursor leave of time. */
function spanOf({ matcher, sign, after }: OrderRequest): Span {
  const { from, to } = matcher.selection
  const minMs = from?.ms ?? -Infinity
  const maxMs = to === null ? Infinity : to.nanos > 0 ? to.ms : to.ms - 1
  if (after === null) return { minMs, maxMs }
  if (sign > 0) return { minMs: Math.max(minMs, after.ms), maxMs }
  return { minMs, maxMs: Math.min(maxMs, after.ms) }
}

function overlaps(a: Span, b: Span): boolean {
  return a.minMs <= b.maxMs && a.maxMs >= b.minMs
}

function boundOf(span: Span, sign: 1 | -1): number {
  return sign > 0 ? span.minMs : -span.maxMs
}

function bytesOf(run: Run): number {
  return run.rows.byteLength + (run.ms?.byteLength ?? 0) + (run.nanos?.byteLength ?? 0)
}

/** At the same time, what has to be looked into comes first. */
function comparedBy(sign: 1 | -1): (a: Node, b: Node) => boolean {
  return (a, b) => {
    if (a.bound !== b.bound) return a.bound < b.bound
    if (a.type !== 'run') return true
    if (b.type !== 'run') return false
    return compareKeys(keyAt(a.run, a.at), keyAt(b.run, b.at)) * sign < 0
  }
}

const isBefore = comparedBy(1)
const isBeforeReversed = comparedBy(-1)
