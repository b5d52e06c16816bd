import { makeMatcher } from '../match/matcher.ts'
import type { MakeMatcher } from '../match/contract.ts'
import type { JobSink, StreamJob, WorkContext } from '../work/contract.ts'
import { foundMax, QueryRefused, type SearchRequest } from './contract.ts'
import { type Cursor, decodeCursor, encodeCursor } from './cursor.ts'
import { EventWriter } from './event-writer.ts'
import { frameEnd } from './frame.ts'
import { findEvents } from './find-events.ts'
import { idOrder, oldestById } from './id-order.ts'
import type { SortKey } from './sort-key.ts'
import { oldestByTime, type OrderRequest, timeOrder } from './time-order.ts'
import { writeEvents, writeFound } from './write-events.ts'

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
    matcher: makeMatcher(request.selection, () => context.meter.count({})),
    sign: request.order === 'asc' ? 1 : -1,
    after: cursor?.last ?? null,
    through: cursor?.closedThrough ?? context.closedThrough,
  }
  const events = request.selection.clock === 'received' ? idOrder(order) : timeOrder(order)
  const writer = new EventWriter({ context, ...request })
  let next: string | null = null
  if (request.limit !== null && request.limit <= foundMax) {
    const found = await findEvents(context, events, request.limit)
    const { last } = found
    if (last !== null) next = nextOf(request, { ...order, last })
    sink.head?.({ next })
    writer.begin('{"events":')
    await writeFound(context, writer, found.found, sink)
  } else {
    writer.begin('{"events":')
    await writeEvents(context, writer, { events, limit: request.limit ?? Infinity, sink })
  }
  writer.end(frameEnd(context, { members: { next }, through: order.through, started }))
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

function nextOf(request: SearchRequest, at: OrderRequest & { readonly last: SortKey }): string {
  const cursor = { closedThrough: at.through, oldestNeeded: oldestNeeded(at), last: at.last }
  const separator = request.href.includes('?') ? '&' : '?'
  return `${request.href}${separator}cursor=${encodeCursor(cursor, request)}`
}

/** The oldest minute with a page that may hold events after the last one. */
function oldestNeeded(order: OrderRequest & { readonly last: SortKey }): number {
  const rest = { ...order, after: order.last }
  if (order.matcher.selection.clock === 'received') return oldestById(rest)
  return oldestByTime(rest)
}
