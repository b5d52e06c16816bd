import type { BlockEntry } from '../../page/contract.ts'
import type { Matcher } from '../match/contract.ts'
import type { WorkContext } from '../work/contract.ts'
import { MergeHeap } from './merge-heap.ts'
import type { Run, Stretch } from './run.ts'
import { compareKeys, type SortKey } from './sort-key.ts'
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
 * first): a page or a piece of a block is looked into when no event that is known comes before that.
 */
type Node =
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
  pushPages(heap, request)
  yield null
  for (let node = heap.pop(); node !== undefined; node = heap.pop()) {
    if (node.type === 'page') pushPieces(heap, request, node.minute)
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
  for (const summary of request.context.blocks.summaries(0, request.through, 'asc')) {
    const page = { minMs: summary.timestampMinMs, maxMs: summary.timestampMaxMs }
    if (overlaps(page, span) && request.matcher.mayMatchPage(summary)) return summary.minute
  }
  return request.through
}

function pushPages(heap: MergeHeap<Node>, request: OrderRequest): void {
  const { context, matcher, sign, through } = request
  const span = spanOf(request)
  for (const summary of context.blocks.summaries(0, through, 'asc')) {
    const page = { minMs: summary.timestampMinMs, maxMs: summary.timestampMaxMs }
    if (!overlaps(page, span) || !matcher.mayMatchPage(summary)) continue
    heap.push({ type: 'page', bound: boundOf(page, sign), minute: summary.minute })
  }
}

function pushPieces(heap: MergeHeap<Node>, request: OrderRequest, minute: number): void {
  const { context, matcher, sign } = request
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
  const block = context.blocks.open(minute, entry)
  const rows = matcher.rowsOf(block, entry)
  if (rows?.length === 0) return
  const run = timeRun(block, { entry, rows, span, sign, after })
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
