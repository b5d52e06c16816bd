import type { Field } from '../language/ast.ts'
import { makeMatcher } from '../match/matcher.ts'
import { countEvents } from '../stats/count-events.ts'
import { pageMinutes } from '../stats/page-walk.ts'
import { scanPage } from '../stats/scan-page.ts'
import { Totals } from '../stats/totals.ts'
import { compareValues } from '../stats/value.ts'
import type { StatsRequest } from '../stats/contract.ts'
import type { Job, WorkContext } from '../work/contract.ts'
import type { ValuesAnswer, ValuesRequest } from './contract.ts'

/** The values that most events have of a field. Throws QueryLimit, DamagedPage, Cancelled, QuerySyntaxError. */
export const values: Job<ValuesRequest, ValuesAnswer> = async (context, request) => {
  const started = performance.now()
  const { field, selection, limit } = request
  const asked: StatsRequest = {
    selection,
    by: [field],
    every: null,
    fill: false,
    aggregates: [{ of: 'count' }],
    top: null,
    order: null,
  }
  const totals = new Totals(asked, context.meter)
  const { events, source } = isTallied(field)
    ? await countFixed(context, asked, totals)
    : await countScanned(context, asked, totals)
  const counted = Array.from({ length: totals.groups.size }, (_, group) => ({
    value: totals.groups.valuesOf(group)[0] ?? null,
    count: totals.counts.of(group),
  }))
  const present = counted.filter(({ value }) => value !== null)
  const without = counted.find(({ value }) => value === null)?.count ?? 0
  present.sort((a, b) => b.count - a.count || compareValues(a.value, b.value))
  const { minutes, blocks, bytes } = context.meter.scanned
  return {
    events,
    withValue: events - without,
    values: present.slice(0, limit),
    others: present.slice(limit).reduce((sum, { count }) => sum + count, 0),
    distinct: present.length,
    source,
    scanned: { minutes, blocks, bytes },
    tookMs: Math.round((performance.now() - started) * 10) / 10,
  }
}

interface Counted {
  readonly events: number
  readonly source: ValuesAnswer['source']
}

const isTallied = ({ of }: Field): boolean => of === 'facility' || of === 'level' || of === 'event'

/** Each event has one value: together they are all events. */
async function countFixed(
  context: WorkContext,
  asked: StatsRequest,
  totals: Totals,
): Promise<Counted> {
  const source = await countEvents(context, asked, totals)
  let events = 0
  for (let group = 0; group < totals.groups.size; group++) events += totals.counts.of(group)
  return { events, source }
}

async function countScanned(
  context: WorkContext,
  { selection }: StatsRequest,
  totals: Totals,
): Promise<Counted> {
  const matcher = makeMatcher(selection)
  let events = 0
  for (const minute of await pageMinutes(context, selection)) {
    await scanPage(context, matcher, minute, (block, rows) => {
      events += rows?.length ?? block.rowCount
      totals.add(block, rows)
    })
  }
  return { events, source: 'scan' }
}
