import { formatTimestamp } from '../../event/time.ts'
import type { AnswerEncoding, AnswerFormat } from '../contract.ts'
import { nameOf } from '../language/field-name.ts'
import type { StatsAnswer, StatsRequest, Value } from '../stats/contract.ts'
import { columnOf, formatEvery } from '../stats/request.ts'
import type { Job, StreamJob } from '../work/contract.ts'
import { type Cell, type Table, writeTable } from './table-writer.ts'

/** A statistic, and how its answer is to be written. */
export interface StatsTableRequest {
  readonly request: StatsRequest
  readonly format: AnswerFormat
  /** For who makes the sink. */
  readonly encoding: AnswerEncoding
}

/**
 * Writes what a statistic answers. In JSON and msgpack:
 *
 *   {"from","to","every","by":[…],"agg":[…],"rows":[{"time"?, <by>…, <agg>…}],"source","scanned","tookMs"}
 */
export function statsTable(run: Job<StatsRequest, StatsAnswer>): StreamJob<StatsTableRequest> {
  return async (context, { request, format }, sink) => {
    const table = tableOf(request, await run(context, request))
    await writeTable(table, { format, meter: context.meter, sink })
  }
}

function tableOf(request: StatsRequest, answer: StatsAnswer): Table {
  const { by, every, aggregates } = request
  const { fromMs, toMs, columns, rows, source, scanned, tookMs } = answer
  return {
    before: {
      from: formatTimestamp(fromMs),
      to: formatTimestamp(toMs),
      every: every === null ? null : formatEvery(every),
      by: by.map(nameOf),
      agg: aggregates.map(columnOf),
    },
    columns,
    rows: every === null ? rows : withTimeTexts(rows),
    after: { source, scanned, tookMs },
  }
}

/** The first cell is the beginning of the bucket; neighbours are mostly in one. */
function withTimeTexts(rows: StatsAnswer['rows']): Cell[][] {
  let last: Value = null
  let text: string | null = null
  return rows.map((row) => {
    const time = row[0] ?? null
    if (time !== last) {
      last = time
      text = typeof time === 'number' ? formatTimestamp(time) : null
    }
    const cells: Cell[] = row.slice()
    cells[0] = text
    return cells
  })
}
