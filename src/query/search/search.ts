import { formatPeriod } from '../../event/time.ts'
import { makeMatcher } from '../match/matcher.ts'
import type { MakeMatcher } from '../match/contract.ts'
import type { JobSink, StreamJob, WorkContext } from '../work/contract.ts'
import { foundMax, QueryRefused, type SearchRequest } from './contract.ts'
import { type Cursor, decodeCursor, encodeCursor } from './cursor.ts'
import { EventWriter } from './event-writer.ts'
import { idOrder, oldestById } from './id-order.ts'
import type { Found, Stretch } from './run.ts'
import type { SortKey } from './sort-key.ts'
import { oldestByTime, type OrderRequest, timeOrder } from './time-order.ts'
import { keyAt } from './time-run.ts'

/**
 * Finds events and writes them in the order of time. Throws QueryRefused, DamagedPage, QueryLimit,
 * QuerySyntaxError and what the sink throws.
 */
export const search: StreamJob<SearchRequest> = (context, request, sink) =>
  searchWith(makeMatcher, context, request, sink)

/** As `search`, with another maker of matchers. */
export async function searchWith(
  makeMatcher: MakeMatcher,
  context: WorkContext,
  request: SearchRequest,
  sink: JobSink,
): Promise<void> {
  const started = performance.now()
  const cursor = cursorOf(context, request)
  const order: OrderRequest = {
    context,
    matcher: makeMatcher(request.selection),
    sign: request.order === 'asc' ? 1 : -1,
    after: cursor?.last ?? null,
    through: cursor?.closedThrough ?? context.closedThrough,
  }
  const events = request.selection.clock === 'received' ? idOrder(order) : timeOrder(order)
  const writer = new EventWriter({ context, ...request })
  let next: string | null = null
  if (request.limit !== null && request.limit <= foundMax) {
    const found = await find(context, events, request.limit)
    const { last } = found
    if (last !== null) next = nextOf(request, { ...order, last, cursor })
    sink.head?.({ next })
    writer.begin('{"events":')
    await writeFound(context, writer, found.found, sink)
  } else {
    writer.begin('{"events":')
    await writeAll(context, writer, { events, limit: request.limit ?? Infinity, sink })
  }
  writer.end(frameEnd(context, { next, through: order.through, started }))
  await sink.end(writer.out.take())
}

/** Throws QueryRefused. */
function cursorOf(context: WorkContext, request: SearchRequest): Cursor | null {
  if (request.cursor === null) return null
  const cursor = decodeCursor(request.cursor, request)
  if (cursor.closedThrough > context.closedThrough) {
    throw new QueryRefused('cursor', 'The cursor is of a minute that this server has not closed.')
  }
  const { droppedBefore } = context.source.reader.state()
  if (droppedBefore !== null && droppedBefore > cursor.oldestNeeded) {
    throw new QueryRefused('dropped', 'Pages that the rest of this search needs have been dropped.')
  }
  return cursor
}

interface AllFound {
  readonly found: readonly Found[]
  /** Of the last event, when more come after it. */
  readonly last: SortKey | null
}

/** The first `limit` events, and whether there is one more. */
async function find(
  context: WorkContext,
  events: Iterable<Stretch | null>,
  limit: number,
): Promise<AllFound> {
  const found: Found[] = []
  let left = limit
  let last: SortKey | null = null
  for (const stretch of events) {
    if (stretch === null) {
      await context.meter.turn()
      continue
    }
    if (left === 0) return { found, last }
    const { run, from } = stretch
    const to = Math.min(stretch.to, from + left)
    // A copy: the run may be long, and is not kept for a few of its rows.
    found.push({ minute: run.minute, entry: run.entry, rows: run.rows.slice(from, to) })
    left -= to - from
    last = keyAt(run, to - 1)
    if (to < stretch.to) return { found, last }
  }
  return { found, last: null }
}

async function writeFound(
  context: WorkContext,
  writer: EventWriter,
  found: readonly Found[],
  sink: JobSink,
): Promise<void> {
  const events = found.map((run) => ({
    run: { ...run, ms: null, nanos: null },
    from: 0,
    to: run.rows.length,
  }))
  await writeAll(context, writer, { events, limit: Infinity, sink })
}

interface WriteRequest {
  readonly events: Iterable<Stretch | null>
  readonly limit: number
  readonly sink: JobSink
}

/** Writes events window by window, so that a stream of any length takes the memory of a window. */
async function writeAll(
  context: WorkContext,
  writer: EventWriter,
  { events, limit, sink }: WriteRequest,
): Promise<void> {
  let window: Found[] = []
  let count = 0
  let left = limit
  const flush = async (): Promise<void> => {
    writer.take(window)
    window = []
    count = 0
    while (writer.fill()) {
      await sink.write(writer.out.take())
      await context.meter.turn()
    }
  }
  for (const stretch of events) {
    if (left <= 0) break
    if (stretch === null) {
      await context.meter.turn()
      continue
    }
    const { run } = stretch
    const end = Math.min(stretch.to, stretch.from + left)
    for (let from = stretch.from; from < end;) {
      const to = Math.min(end, from + writer.windowRows - count)
      window.push({ minute: run.minute, entry: run.entry, rows: run.rows.subarray(from, to) })
      count += to - from
      left -= to - from
      from = to
      if (count >= writer.windowRows) await flush()
    }
  }
  if (count > 0) await flush()
}

function nextOf(
  request: SearchRequest,
  at: OrderRequest & { readonly last: SortKey; readonly cursor: Cursor | null },
): string {
  const oldest = oldestNeeded(at)
  const cursor = { closedThrough: at.through, oldestNeeded: oldest, last: at.last }
  const separator = request.href.includes('?') ? '&' : '?'
  return `${request.href}${separator}cursor=${encodeCursor(cursor, request)}`
}

/** The oldest minute with a page that may hold events after the last one. */
function oldestNeeded(order: OrderRequest & { readonly last: SortKey }): number {
  const rest = { ...order, after: order.last }
  if (order.matcher.selection.clock === 'received') return oldestById(rest)
  return oldestByTime(rest)
}

function frameEnd(
  context: WorkContext,
  { next, through, started }: { next: string | null; through: number; started: number },
): string {
  const { minutes, blocks, bytes } = context.meter.scanned
  const members = JSON.stringify({
    next,
    closedThrough: through < 0 ? null : formatPeriod(through, 'minute'),
    scanned: { minutes, blocks, bytes },
    tookMs: Math.round((performance.now() - started) * 10) / 10,
  })
  return `,${members.slice(1)}`
}
