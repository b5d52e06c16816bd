import { type EventPlace, parseEventId } from '../../event/event-id.ts'
import { matchesFacility } from '../../event/facility-pattern.ts'
import type { OpenBlock, BlockEntry } from '../../page/contract.ts'
import { rowOfNumber } from '../../page/row-number.ts'
import { makeMatcher } from '../match/matcher.ts'
import { QueryRefused } from '../search/contract.ts'
import { EventWriter } from '../search/event-writer.ts'
import { type AllFound, findEvents } from '../search/find-events.ts'
import { frameEnd } from '../search/frame.ts'
import { idOrder } from '../search/id-order.ts'
import type { Found } from '../search/run.ts'
import type { SortKey } from '../search/sort-key.ts'
import { timeOrder } from '../search/time-order.ts'
import { writeFound } from '../search/write-events.ts'
import type { StreamJob, WorkContext } from '../work/contract.ts'
import type { ContextRequest } from './contract.ts'

/**
 * Writes the events around one, of the same facility, oldest first. Throws QueryRefused, DamagedPage, QueryLimit
 * and what the sink throws.
 */
export const eventContext: StreamJob<ContextRequest> = async (context, request, sink) => {
  const started = performance.now()
  const { readable } = request
  const middle = middleOf(context, request.id, readable !== undefined)
  // As if it were not there: what may not be read is not told of.
  if (readable !== undefined && !matchesFacility(readable, facilityOf(middle))) {
    throw new QueryRefused('none', 'There is no such event.')
  }
  const before = await around(context, request, { middle, sign: -1, limit: request.before })
  const after = await around(context, request, { middle, sign: 1, limit: request.after })
  const found: readonly Found[] = [
    ...before.found.toReversed().map((run) => ({ ...run, rows: run.rows.toReversed() })),
    middle.found,
    ...after.found,
  ]
  const writer = new EventWriter({ context, ...request })
  writer.begin(`{"id":"${request.id}","events":`)
  await writeFound(context, writer, found, sink)
  writer.end(frameEnd(context, { members: {}, through: context.closedThrough, started }))
  await sink.end(writer.out.take())
}

interface Middle {
  readonly found: Found
  readonly block: OpenBlock
  readonly place: EventPlace
  /** Of the block. */
  readonly row: number
}

/** Throws QueryRefused. */
function middleOf(context: WorkContext, id: string, isBound: boolean): Middle {
  const place = parseEventId(id)
  if (place === undefined) throw new QueryRefused('none', 'This is no id of an event.')
  const { minute } = place
  if (minute > context.closedThrough) {
    throw new QueryRefused('open', 'The minute of this event has not closed yet.')
  }
  const { droppedBefore } = context.source.reader.state()
  if (droppedBefore !== null && minute < droppedBefore) {
    throw new QueryRefused('dropped', 'The page of this event has been dropped.')
  }
  const entry = entryOf(context, place)
  if (entry === undefined) throw missing(context, place, isBound)
  context.meter.count({ minutes: 1, blocks: 1, bytes: entry.bytes })
  const block = context.blocks.open(minute, entry)
  const row = rowOfNumber(block, place.row)
  if (row === null) throw missing(context, place, isBound)
  return { found: { minute, entry, rows: Uint16Array.of(row) }, block, place, row }
}

/** Whose event it was cannot be known any more: who may not read all is not told that there was one. */
function missing(context: WorkContext, place: EventPlace, isBound: boolean): QueryRefused {
  if (isBound || !context.source.reader.wasRedacted(place)) {
    return new QueryRefused('none', 'There is no such event.')
  }
  return new QueryRefused('dropped', 'This event was removed from its page.')
}

function entryOf(context: WorkContext, { minute, part }: EventPlace): BlockEntry | undefined {
  return context.blocks.entries(minute)?.find((entry) => entry.part === part)
}

/** The closest events on one side of the middle, the closest one first. */
function around(
  context: WorkContext,
  { clock }: ContextRequest,
  { middle, sign, limit }: { middle: Middle; sign: 1 | -1; limit: number },
): Promise<AllFound> {
  const filter = { facility: [facilityOf(middle)], level: null, event: null }
  const matcher = makeMatcher({ clock, from: null, to: null, filter, query: { type: 'all' } })
  const through = context.closedThrough
  const order = { context, matcher, sign, after: keyOf(middle), through }
  return findEvents(context, clock === 'received' ? idOrder(order) : timeOrder(order), limit)
}

function keyOf({ block, place, row }: Middle): SortKey {
  return { ms: block.timestampMs()[row] ?? 0, nanos: block.timestampNanos()?.[row] ?? 0, ...place }
}

function facilityOf({ block, row }: Middle): string {
  const { bytes, offsets, ids } = block.facility()
  const text = ids === null ? row : (ids[row] ?? 0)
  return Buffer.from(bytes.subarray(offsets[text] ?? 0, offsets[text + 1] ?? 0)).toString()
}
